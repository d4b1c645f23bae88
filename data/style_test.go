package data

import (
	"go/ast"
	"go/parser"
	"go/token"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
)

// unwanted are words that name nothing.
var unwanted = regexp.MustCompile(`(?i)manager|helper|util|common|engine|service|processor|node|job`)

// TestStyle reads the sources of this package and of pipeline: every exported
// name has a sentence that begins with it, a file holds one idea, nothing runs
// before main, and no name is empty talk.
func TestStyle(t *testing.T) {
	for _, dir := range []string{".", "../pipeline"} {
		paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
		if err != nil || len(paths) == 0 {
			t.Fatal(err)
		}
		for _, path := range paths {
			set := token.NewFileSet()
			f, err := parser.ParseFile(set, path, nil, parser.ParseComments)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(path, "_test.go") {
				continue
			}
			if lines := set.File(f.Pos()).LineCount(); lines > 300 {
				t.Errorf("%s: %d lines, more than one idea", path, lines)
			}
			if unwanted.MatchString(filepath.Base(path)) {
				t.Errorf("%s: says nothing", path)
			}
			for _, d := range f.Decls {
				checkDecl(t, set, d)
			}
		}
	}
}

func checkDecl(t *testing.T, set *token.FileSet, d ast.Decl) {
	switch d := d.(type) {
	case *ast.FuncDecl:
		if d.Name.Name == "init" {
			t.Errorf("%s: init", set.Position(d.Pos()))
		}
		checkName(t, set, d.Name, d.Doc)
	case *ast.GenDecl:
		for _, spec := range d.Specs {
			switch s := spec.(type) {
			case *ast.TypeSpec:
				checkName(t, set, s.Name, first(s.Doc, d.Doc))
			case *ast.ValueSpec:
				for _, name := range s.Names {
					if d.Lparen.IsValid() && s.Doc == nil { // a group has one comment
						if name.IsExported() && d.Doc.Text() == "" {
							t.Errorf("%s: %s: its group has no comment", set.Position(name.Pos()), name.Name)
						}
						continue
					}
					checkName(t, set, name, first(s.Doc, d.Doc))
				}
			}
		}
	}
}

func first(a, b *ast.CommentGroup) *ast.CommentGroup {
	if a != nil {
		return a
	}
	return b
}

func checkName(t *testing.T, set *token.FileSet, name *ast.Ident, doc *ast.CommentGroup) {
	at, text := set.Position(name.Pos()), doc.Text()
	if unwanted.MatchString(name.Name) {
		t.Errorf("%s: %s says nothing", at, name.Name)
	}
	if name.IsExported() && !strings.HasPrefix(text, name.Name+" ") {
		t.Errorf("%s: the comment of %s does not begin with its name: %q", at, name.Name, text)
	}
	if text != "" && !strings.HasSuffix(strings.TrimSpace(text), ".") && !strings.HasSuffix(strings.TrimSpace(text), "{") {
		t.Errorf("%s: the comment of %s is no sentence", at, name.Name)
	}
}
