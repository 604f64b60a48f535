package model_test

import (
	"go/ast"
	"go/token"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// ranges are the locks by what is no unique key, by function, and why they hold
// where nothing locks the gaps between rows.
var ranges = map[string]string{
	"service/village/union.go joinUnion": "a sender who comes meanwhile joins by its own turn; each binding is unique",
	"service/moderation/review.go Vouch": "each row is decided on its own; one that comes meanwhile waits for the next time",
	"service/poll/close.go lockGates":    "the gates are made with the poll and never later",
	"model/reseal.go renew":              "by the keys of rows that were read before",
}

// TestLocksAreByKey finds each Locked read and the columns by which it looks: those
// of a primary key or unique index lock rows that exist. A lock on a range keeps
// nobody from inserting into it on TiDB, nor under READ COMMITTED.
func TestLocksAreByKey(t *testing.T) {
	var keys [][]string
	for _, text := range migrations(t) {
		for _, list := range append(primaryKey.FindAllStringSubmatch(text, -1), uniqueIndex.FindAllStringSubmatch(text, -1)...) {
			keys = append(keys, strings.Split(list[len(list)-1], ", "))
		}
	}
	functions, locks := map[string][]*ast.FuncDecl{}, 0
	eachSource(t, func(name string, _ *token.FileSet, file *ast.File) {
		for _, d := range file.Decls {
			if f, ok := d.(*ast.FuncDecl); ok {
				key := filepath.Dir(name) + "." + f.Name.Name
				functions[key] = append(functions[key], f)
			}
		}
	})
	used := map[string]bool{}
	eachSource(t, func(name string, set *token.FileSet, file *ast.File) {
		for _, d := range file.Decls {
			f, ok := d.(*ast.FuncDecl)
			if !ok || f.Body == nil {
				continue
			}
			for _, looked := range lockedReads(f, filepath.Dir(name), functions) {
				locks++
				place := name + " " + f.Name.Name
				byKey := slices.ContainsFunc(keys, func(key []string) bool {
					return !slices.ContainsFunc(key, func(column string) bool { return !slices.Contains(looked, column) })
				})
				used[place] = used[place] || !byKey
				if !byKey && ranges[place] == "" {
					t.Errorf("%s: %s locks by %v, which is no key: say in ranges why that holds", set.Position(f.Pos()), place, looked)
				}
			}
		}
	})
	if locks < 40 {
		t.Errorf("only %d locks found", locks)
	}
	for place := range ranges {
		if !used[place] {
			t.Errorf("ranges names %s, which locks no range", place)
		}
	}
}

var (
	equals  = regexp.MustCompile(`(?:\w\.)?(\w+) (?:= \?|IN \?)`)
	inTuple = regexp.MustCompile(`\(([\w., ]+)\) IN \?`)
)

// lockedReads are the columns that each Locked call of a function looks by: in the
// rest of its statement, or in the function of the same room that it is handed to.
func lockedReads(f *ast.FuncDecl, dir string, functions map[string][]*ast.FuncDecl) [][]string {
	var all [][]string
	var around []ast.Node
	ast.Inspect(f.Body, func(n ast.Node) bool {
		if n == nil {
			around = around[:len(around)-1]
			return true
		}
		around = append(around, n)
		call, ok := n.(*ast.CallExpr)
		if !ok || name(call) != "Locked" {
			return true
		}
		words := []string{}
		for i := len(around) - 2; i >= 0; i-- {
			if outer, ok := around[i].(*ast.CallExpr); ok {
				words = append(words, texts(outer)...)
				if !slices.Contains(outer.Args, ast.Expr(call)) {
					continue
				}
				for _, helper := range functions[dir+"."+name(outer)] {
					words = append(words, texts(helper.Body)...)
				}
				continue
			}
			if _, ok := around[i].(*ast.SelectorExpr); !ok {
				break
			}
		}
		all = append(all, columns(words))
		return true
	})
	return all
}

func name(call *ast.CallExpr) string {
	switch fn := call.Fun.(type) {
	case *ast.SelectorExpr:
		return fn.Sel.Name
	case *ast.Ident:
		return fn.Name
	}
	return ""
}

func columns(words []string) []string {
	var all []string
	for _, text := range words {
		for _, m := range equals.FindAllStringSubmatch(text, -1) {
			all = append(all, m[1])
		}
		for _, m := range inTuple.FindAllStringSubmatch(text, -1) {
			for column := range strings.SplitSeq(m[1], ", ") {
				all = append(all, column[strings.LastIndex(column, ".")+1:])
			}
		}
	}
	slices.Sort(all)
	return slices.Compact(all)
}
