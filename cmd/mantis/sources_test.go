package main

import (
	"go/ast"
	"go/build"
	"go/importer"
	"go/parser"
	"go/token"
	"go/types"
	"io/fs"
	"maps"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
)

// feeding are the rooms whose packages feed datasets, all of them: a page of
// the report is a part of a dataset too. cmd, which only shows them, is none.
var feeding = []string{"data", "models", "pipeline", "stages"}

// goLibrary reads the packages that come with Go from their sources.
var goLibrary = sync.OnceValue(func() types.Importer {
	build.Default.CgoEnabled = false // a package with two faces shows the one in Go
	return importer.ForCompiler(token.NewFileSet(), "source", nil)
})

// sources are the packages that feed datasets, without their tests, with the
// types of what is in them. The packages of others are taken for empty: what
// comes out of them has no type here.
type sources struct {
	set      *token.FileSet
	info     types.Info
	files    map[string][]*ast.File // by import path
	packages map[string]*types.Package
	madeUp   map[string]string // text by path below the root
}

// readSources reads the packages, with files that a test makes up among them.
func readSources(t testing.TB, madeUp map[string]string) *sources {
	t.Helper()
	s := &sources{
		set: token.NewFileSet(), files: map[string][]*ast.File{}, packages: map[string]*types.Package{}, madeUp: madeUp,
		info: types.Info{
			Types: map[ast.Expr]types.TypeAndValue{}, Defs: map[*ast.Ident]types.Object{}, Uses: map[*ast.Ident]types.Object{},
		},
	}
	var dirs []string
	for _, room := range feeding {
		err := filepath.WalkDir(filepath.Join(root, room), func(name string, d fs.DirEntry, err error) error {
			switch {
			case err != nil:
				return err
			case d.IsDir() && d.Name() == "testdata":
				return fs.SkipDir
			case strings.HasSuffix(name, ".go") && !strings.HasSuffix(name, "_test.go"):
				dirs = append(dirs, below(filepath.Dir(name)))
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	for name := range madeUp {
		dirs = append(dirs, path.Dir(name))
	}
	slices.Sort(dirs)
	for _, dir := range slices.Compact(dirs) {
		if _, err := s.Import("mantis/" + dir); err != nil {
			t.Fatal(err)
		}
	}
	return s
}

// below is a path as seen from the root of the sources.
func below(name string) string {
	return strings.TrimPrefix(filepath.ToSlash(name), root+"/")
}

// Import is a package of ours with its types, one of Go's with those it
// exports, and of anyone else no more than the name.
func (s *sources) Import(name string) (*types.Package, error) {
	if p := s.packages[name]; p != nil {
		return p, nil
	}
	dir, ours := strings.CutPrefix(name, "mantis/")
	first, _, _ := strings.Cut(name, "/")
	var p *types.Package
	var err error
	switch {
	case ours:
		p, err = s.check(name, dir)
	case strings.Contains(first, "."):
		p = types.NewPackage(name, path.Base(name))
		p.MarkComplete()
	default:
		p, err = goLibrary().Import(name)
	}
	s.packages[name] = p
	return p, err
}

// check parses the files of a package, those for other systems too, and finds
// the types. It goes on where one is missing.
func (s *sources) check(name, dir string) (*types.Package, error) {
	texts := map[string]any{}
	entries, err := os.ReadDir(filepath.Join(root, dir))
	for _, e := range entries {
		texts[e.Name()] = nil // read from the file
	}
	for made, text := range s.madeUp {
		if path.Dir(made) == dir {
			texts[path.Base(made)], err = text, nil
		}
	}
	if err != nil {
		return nil, err
	}
	for _, file := range slices.Sorted(maps.Keys(texts)) {
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(s.set, filepath.Join(root, dir, file), texts[file], parser.SkipObjectResolution)
		if err != nil {
			return nil, err
		}
		s.files[name] = append(s.files[name], f)
	}
	config := types.Config{Importer: s, Error: func(error) {}}
	p, _ := config.Check(name, s.set, s.files[name], &s.info)
	return p, nil
}
