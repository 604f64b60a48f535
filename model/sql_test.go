package model_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"
)

// What the program says to a database must be understood by one of many machines,
// too (TiDB, a Vitess-like proxy), and by SQLite.

// foreign is what some of them lack, or do in another way.
var foreign = []struct{ word, why string }{
	{`SKIP\s+LOCKED|NOWAIT`, "work is claimed by UPDATE … WHERE lease"},
	{`FOREIGN\s+KEY|REFERENCES\s+\w+\s*\(|ON\s+(DELETE|UPDATE)\s+CASCADE`, "no foreign keys across shards"},
	{`AUTO_?INCREMENT|\bSERIAL\b|LAST_INSERT_ID|LAST_INSERT_ROWID`, "ids are made by the program; an order of insertion doesn't exist"},
	{`GET_LOCK|RELEASE_LOCK|LOCK\s+(IN\s+SHARE|TABLES?)|FOR\s+SHARE`, "locks of one server"},
	{`CREATE\s+(TRIGGER|PROCEDURE|FUNCTION|EVENT|VIEW)|FULLTEXT|SPATIAL|PARTITION\s+BY`, "lacking in TiDB or behind a proxy"},
	{`ON\s+DUPLICATE|ON\s+CONFLICT|INSERT\s+(OR\s+)?(IGNORE|REPLACE)|REPLACE\s+INTO|RETURNING`, "of one dialect: clause.OnConflict writes either"},
	{`\b(NOW|CURDATE|SYSDATE|UNIX_TIMESTAMP|FROM_UNIXTIME|DATE_(ADD|SUB|FORMAT)|STRFTIME|JULIANDAY|DATETIME|RAND|RANDOM|UUID)\s*\(|CURRENT_(TIMESTAMP|DATE|TIME)`, "time and chance come from the program"},
	{`\b(GROUP_CONCAT|IF|ISNULL|IIF|INSTR|LOCATE|JSON_\w+|REGEXP_\w+|FIND_IN_SET|TYPEOF)\s*\(|\|\||\s(REGEXP|RLIKE|GLOB)\s`, "of one dialect"},
	{`STRAIGHT_JOIN|(FORCE|USE|IGNORE)\s+INDEX|INDEXED\s+BY|SQL_CALC_FOUND_ROWS|\bFULL\s+JOIN`, "of one dialect"},
	{`WITH\s+RECURSIVE|\bOVER\s*\(`, "not through a proxy"},
}

// allowed says why a file may use a foreign word all the same.
var allowed = map[string]string{
	"model/numbers.go LAST_INSERT_ID": "a value of the session, no order of rows; MySQL alone, and TiDB and Vitess have it",
	"model/numbers.go ON DUPLICATE":   "the same statement",
	"model/open.go UNIX_TIMESTAMP(":   "asks for the server's clock; MySQL alone",
	"model/open.go NOW(":              "the same statement",
}

func foreignIn(place, text string) []string {
	var found []string
	for _, f := range foreign {
		for _, word := range regexp.MustCompile(`(?i)`+f.word).FindAllString(text, -1) {
			if allowed[place+" "+strings.ToUpper(word)] == "" {
				found = append(found, place+": "+strings.TrimSpace(word)+": "+f.why)
			}
		}
	}
	return found
}

// migrations are the texts without their comments, by name.
func migrations(t *testing.T) map[string]string {
	t.Helper()
	names, err := filepath.Glob("migrations/*.sql")
	if err != nil || len(names) == 0 {
		t.Fatal(names, err)
	}
	all := map[string]string{}
	for _, name := range names {
		text, err := os.ReadFile(name) //nolint:gosec // our own
		if err != nil {
			t.Fatal(err)
		}
		all["model/"+name] = regexp.MustCompile(`(?m)^\s*-- [^+].*$`).ReplaceAllString(string(text), "")
	}
	return all
}

// sqlText says whether a text of the program is a statement or a part of one.
var sqlText = regexp.MustCompile(`(?s)^\s*\(?(SELECT|INSERT|UPDATE|DELETE|REPLACE|WITH|ALTER|CREATE|DROP|JOIN|LEFT JOIN|WHERE|AND|OR|FROM|SET|EXISTS|NOT EXISTS|ON)\s|(=|>|<|\sIN|LIKE) \(?\?|\b(COUNT|SUM|COALESCE|MAX|MIN)\(`)

// eachSource parses each file of the program, but not its tests.
func eachSource(t *testing.T, fn func(name string, set *token.FileSet, file *ast.File)) {
	t.Helper()
	for _, root := range []string{"model", "service", "handler", "cmd"} {
		err := filepath.WalkDir(filepath.Join("..", root), func(path string, entry fs.DirEntry, err error) error {
			if err != nil || entry.IsDir() || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") || strings.Contains(path, "modeltest") {
				return err
			}
			set := token.NewFileSet()
			file, err := parser.ParseFile(set, path, nil, parser.SkipObjectResolution)
			if err == nil {
				fn(filepath.ToSlash(strings.TrimPrefix(path, "../")), set, file)
			}
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
	}
}

// texts are the string literals below a node.
func texts(node ast.Node) []string {
	var all []string
	ast.Inspect(node, func(n ast.Node) bool {
		if l, ok := n.(*ast.BasicLit); ok && l.Kind == token.STRING {
			if text, err := strconv.Unquote(l.Value); err == nil {
				all = append(all, text)
			}
		}
		return true
	})
	return all
}

func TestNoStatementNeedsOneServer(t *testing.T) {
	for name, text := range migrations(t) {
		for _, found := range foreignIn(name, text) {
			t.Error(found)
		}
	}
	statements := 0
	eachSource(t, func(name string, _ *token.FileSet, file *ast.File) {
		for _, text := range texts(file) {
			if !sqlText.MatchString(text) {
				continue
			}
			statements++
			for _, found := range foreignIn(name, text) {
				t.Error(found)
			}
		}
	})
	if statements < 300 {
		t.Errorf("only %d texts look like SQL: the pattern has gone blind", statements)
	}
	for _, bad := range []string{"SELECT * FROM a FOR UPDATE SKIP LOCKED", "INSERT INTO a VALUES (1) ON DUPLICATE KEY UPDATE b = 1", "SELECT a || b FROM c",
		"id INT AUTO_INCREMENT", "UPDATE a SET at = NOW()", "village_id VARCHAR(32) REFERENCES villages (id)"} {
		if len(foreignIn("x", bad)) == 0 {
			t.Errorf("not found in %q", bad)
		}
	}
}

// elsewhere are the tables whose rows a village doesn't own, by what they lead
// with instead.
var elsewhere = map[string]string{
	"villages":       "a unit's own id, which is the village",
	"identities":     "a WeChat account's sender, who may speak for several villages",
	"windows":        "of a sender, as WeChat counts",
	"subscriptions":  "of a sender",
	"dialogues":      "of a sender",
	"deliveries":     "of a sender's account: it comes before anybody knows the village",
	"raw_deliveries": "of nobody: what couldn't be read",
	"invitations":    "found by the code alone, by somebody without a village",
	"sign_in_codes":  "of a sender, who signs in before a village is known",
	"sign_in_scans":  "found by its secret alone, by a browser without a village",
	"check_results":  "found by WeChat's own number",
	"sessions":       "of an owner, who signs in before a village is chosen",
	"kept_answers":   "of an owner, too",
	"rules":          "the law's, for all villages",
	"leases":         "of the program's replicas",
	"lasting_keys":   "of the installation",
}

var (
	createTable = regexp.MustCompile(`(?s)CREATE TABLE (\w+) \((.*?)\n\);`)
	primaryKey  = regexp.MustCompile(`PRIMARY KEY \(([^)]+)\)`)
	uniqueIndex = regexp.MustCompile(`CREATE UNIQUE INDEX \w+ ON (\w+) \(([^)]+)\)`)
)

func TestEveryTableLeadsWithItsVillage(t *testing.T) {
	tables := map[string]bool{}
	for name, text := range migrations(t) {
		for _, table := range createTable.FindAllStringSubmatch(text, -1) {
			tables[table[1]] = true
			key := primaryKey.FindStringSubmatch(table[2])
			if key == nil {
				t.Errorf("%s: %s has no primary key", name, table[1])
				continue
			}
			leads := strings.HasPrefix(key[1], "village_id")
			if reason := elsewhere[table[1]]; leads == (reason != "") {
				t.Errorf("%s: %s has the key (%s); elsewhere says %q", name, table[1], key[1], reason)
			}
		}
		for _, index := range uniqueIndex.FindAllStringSubmatch(text, -1) {
			if elsewhere[index[1]] == "" && !strings.HasPrefix(index[2], "village_id") {
				t.Errorf("%s: %s is unique by (%s), which no shard alone can see", name, index[1], index[2])
			}
		}
		if strings.Count(text, "CREATE TABLE ") != len(createTable.FindAllString(text, -1)) {
			t.Errorf("%s: a CREATE TABLE isn't written like the others", name)
		}
	}
	for table := range elsewhere {
		if !tables[table] {
			t.Errorf("elsewhere names %s, which is no table", table)
		}
	}
}
