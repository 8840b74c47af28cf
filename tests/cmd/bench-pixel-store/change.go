package main

import (
	"errors"
	"fmt"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strconv"
	"strings"
)

// tree is a copy of the source whose kernel is changed.
type tree struct {
	root  string
	files []string // of the kernel, with its assembly left out
	r     *rand.Rand
}

// copyTree copies all that a build of the kernel needs.
func copyTree(from, to string, r *rand.Rand) (tree, error) {
	t := tree{root: to, r: r}
	err := filepath.WalkDir(from, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		name, err := filepath.Rel(from, path)
		if err != nil {
			return err
		}
		top, _, _ := strings.Cut(name, string(filepath.Separator))
		if d.IsDir() {
			if strings.HasPrefix(top, ".") && name != "." || top == "build" || top == "out" || top == "tests" {
				return filepath.SkipDir
			}
			return os.MkdirAll(filepath.Join(to, name), 0o755)
		}
		if ext := filepath.Ext(name); top != name && top != "kernel" && top != "abi" && ext != ".go" && ext != ".s" || top == name && !strings.HasPrefix(name, "go.") {
			return nil
		}
		data, err := os.ReadFile(path)
		if err != nil {
			return err
		}
		if top == "kernel" && strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go") {
			t.files = append(t.files, filepath.Join(to, name))
		}
		return os.WriteFile(filepath.Join(to, name), data, 0o644)
	})
	return t, err
}

// edit is one change: bytes of a file that others replace.
type edit struct {
	from, to int
	text     string
	what     string
}

// change makes one change to one file, and gives what it is and how to undo it.
func (t *tree) change() (what string, undo func() error, err error) {
	for range 1000 {
		file := t.files[t.r.IntN(len(t.files))]
		source, err := os.ReadFile(file)
		if err != nil {
			return "", nil, err
		}
		edits := editsOf(string(source))
		if len(edits) == 0 {
			continue
		}
		e := edits[t.r.IntN(len(edits))]
		changed := string(source[:e.from]) + e.text + string(source[e.to:])
		name, err := filepath.Rel(t.root, file)
		if err != nil {
			return "", nil, err
		}
		line := 1 + strings.Count(string(source[:e.from]), "\n")
		return fmt.Sprintf("%s:%d %s", filepath.ToSlash(name), line, e.what), func() error { return os.WriteFile(file, source, 0o644) },
			os.WriteFile(file, []byte(changed), 0o644)
	}
	return "", nil, errors.New("the kernel's source has nothing to change")
}

// editsOf are the changes that a programmer might make in the functions of a file: a
// call twice or not at all, another number, another message, another comparison, one
// more condition.
func editsOf(source string) (list []edit) {
	files := token.NewFileSet()
	file, err := parser.ParseFile(files, "", source, 0)
	if err != nil {
		return nil
	}
	at := func(p token.Pos) int { return files.Position(p).Offset }
	for _, d := range file.Decls {
		f, ok := d.(*ast.FuncDecl)
		if !ok || f.Body == nil {
			continue
		}
		ast.Inspect(f.Body, func(n ast.Node) bool {
			switch n := n.(type) {
			case *ast.ExprStmt:
				from, to := at(n.Pos()), at(n.End())
				list = append(list, edit{from, to, source[from:to] + "; " + source[from:to], "a call is made twice"},
					edit{from, to, "", "a call is left out"})
			case *ast.BasicLit:
				from, to := at(n.Pos()), at(n.End())
				if n.Kind == token.INT {
					list = append(list, edit{from, to, n.Value + "+1", "a number is one more"})
				} else if text, err := strconv.Unquote(n.Value); n.Kind == token.STRING && err == nil && len(text) > 3 {
					list = append(list, edit{from, to, strconv.Quote(text + " now"), "a message has one more word"})
				}
			case *ast.BinaryExpr:
				if n.Op == token.LSS {
					p := at(n.OpPos)
					list = append(list, edit{p, p + 1, "<=", "< becomes <="})
				}
			case *ast.IfStmt:
				from, to := at(n.Cond.Pos()), at(n.Cond.End())
				list = append(list, edit{from, to, "!(" + source[from:to] + ")", "a condition is turned round"})
			}
			return true
		})
	}
	return list
}
