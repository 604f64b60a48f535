package config

import (
	"sort"
	"strings"
)

// Setting describes one variable for people.
type Setting struct {
	Variable string // CUNWU_OA_APP_ID
	Key      string // where it stands in YAML: accounts[].app_id
	Default  string
	Meaning  string
	Secret   bool // also has a _FILE variant: the path of a file that holds the value
}

// Describe lists every setting, in the order of the struct.
func Describe() []Setting {
	list := describe(&Config{}, "", "")
	list = append(list, describe(&Account{}, "OA_", "accounts[].")...)
	return append(list, describe(&Mini{}, "MINI_", "mini.")...)
}

func describe(pointer any, group, label string) []Setting {
	var list []Setting
	for _, f := range fieldsOf(pointer, group) {
		list = append(list, Setting{Variable: f.variable(), Key: label + f.key(), Default: f.def, Meaning: f.about, Secret: f.secret != ""})
	}
	return list
}

// UnknownVariables gives a warning for each CUNWU_ variable of os.Environ() that is no setting:
// most often a typing error. It is no more than a warning, as a container may carry others.
func UnknownVariables(environ []string) []string {
	known := map[string]bool{}
	for _, s := range Describe() {
		known[s.Variable] = true
		known[s.Variable+"_FILE"] = s.Secret
	}
	var warnings []string
	for _, entry := range environ {
		name, _, _ := strings.Cut(entry, "=")
		if strings.HasPrefix(name, envPrefix) && !known[name] {
			warnings = append(warnings, "没有 "+name+" 这个设置，已忽略，请检查拼写")
		}
	}
	sort.Strings(warnings)
	return warnings
}
