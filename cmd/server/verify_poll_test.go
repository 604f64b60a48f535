package main

import (
	"strings"
	"testing"
)

// The file alone is counted: no database and no settings are needed, and whatever
// was changed in it is named.
func TestVerifyPollCountsTheFileAlone(t *testing.T) {
	i := newInstallation(t)
	const whole = `{"result":{"title":"路灯装在哪里","max_choices":1,"rules":{"quorum":{"num":0,"den":1},"pass":{"num":1,"den":2,"over":true}},
"electorate":6,"turnout":3,"quorum":{"needed":0,"met":true},"options":[{"text":"村口","votes":2,"adopted":true},{"text":"桥头","votes":1,"adopted":false}],"passed":true,
"ballots_hash":"0241f12a07506572c01eeaafdf62f44fdaa10f14bffc19d868e95fd40ceb298d"},"ballots":[
{"receipt":"00000000000000000000000000000001","choices":[1]},{"receipt":"00000000000000000000000000000002","choices":[2]},{"receipt":"00000000000000000000000000000003","choices":[1]}]}`
	said := i.command("verify", "poll", i.file("poll.json", whole))
	for _, words := range []string{"《路灯装在哪里》共3张票", "村口：2票（通过）", "桥头：1票\n", "和公布的一样"} {
		if !strings.Contains(said, words) {
			t.Errorf("%q is not in\n%s", words, said)
		}
	}
	for changed, fault := range map[string]string{
		strings.Replace(whole, `"choices":[2]`, `"choices":[1]`, 1):         "公布的是2票",
		strings.Replace(whole, `"passed":true`, `"passed":false`, 1):        "结论",
		strings.Replace(whole, "0000000003", "0000000004", 1):               "校验值",
		strings.Replace(whole, `"turnout":3`, `"turnout":4`, 1):             "公布的参加数是4",
		strings.Replace(whole, "00000000000000000000000000000002", "01", 1): "票据号不对",
		strings.Replace(whole, `"choices":[2]`, `"choices":[1,2]`, 1):       "选择不对",
	} {
		if said := i.refused("verify", "poll", i.file("changed.json", changed)); !strings.Contains(said, fault) {
			t.Errorf("%q isn't named:\n%s", fault, said)
		}
	}
	i.refused("verify", "poll", i.file("letter.txt", "你好"))
	i.refused("verify", "poll", "nowhere.json")
}
