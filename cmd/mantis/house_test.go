package main

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

// root is the directory of the sources.
const root = "../.."

// rooms are the top-level folders and the ones each may import.
var rooms = map[string][]string{
	"data":     {"data"},
	"models":   {"models", "data"},
	"pipeline": {"pipeline", "data"},
	"stages":   {"stages", "models", "pipeline", "data"},
	"cmd":      {"cmd", "stages", "models", "pipeline", "data"},
}

// homes are the libraries that one room alone, or two, may know of.
var homes = map[string][]string{
	"github.com/apache/arrow/":        {"data"},
	"github.com/parquet-go/":          {"data"},
	"github.com/dmitryikh/leaves":     {"models"},
	"github.com/spf13/cobra":          {"cmd"},
	"gonum.org/v1/gonum":              {"models", "stages"},
	"mantis/data/market":              {"data", "stages"},
	"github.com/minio/":               {"data"},
	"mantis/data/bucket":              {"data", "cmd"},
	"mantis/data/venue":               {"data", "stages", "cmd"},
	"github.com/rogpeppe/go-internal": {"cmd"},
}

// gonum are the parts of gonum that code may import: distributions, optimisation
// and linear algebra. Its sums, means and other reductions are for tests, which
// hold ours against them.
var gonum = []string{"mat", "optimize", "optimize/convex/lp", "optimize/functions", "stat/distmat", "stat/distmv", "stat/distuv"}

// TestHouse reads every source file and holds the import rule, the homes of
// the libraries and the shape of the top level.
func TestHouse(t *testing.T) {
	entries, err := os.ReadDir(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range entries {
		known := rooms[e.Name()] != nil || slices.Contains([]string{"go.mod", "go.sum", "README.md", "LICENSE"}, e.Name())
		if !known && !strings.HasPrefix(e.Name(), ".") {
			t.Errorf("%s has no place at the top level", e.Name())
		}
	}
	files := 0
	for room := range rooms {
		err := filepath.WalkDir(filepath.Join(root, room), func(path string, d fs.DirEntry, err error) error {
			if err != nil || d.IsDir() || !strings.HasSuffix(path, ".go") {
				return err
			}
			files++
			f, err := parser.ParseFile(token.NewFileSet(), path, nil, parser.ImportsOnly)
			if err != nil {
				return err
			}
			for _, spec := range f.Imports {
				imported, err := strconv.Unquote(spec.Path.Value)
				if err != nil {
					return err
				}
				if fault := refused(room, imported, strings.HasSuffix(path, "_test.go")); fault != "" {
					t.Errorf("%s: %s", path, fault)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if files < 50 {
		t.Errorf("only %d files were read", files)
	}
}

// refused says why a file of a room, or a test there, may not import a package.
func refused(room, imported string, test bool) string {
	if rest, ours := strings.CutPrefix(imported, "mantis/"); ours {
		if other, _, _ := strings.Cut(rest, "/"); !slices.Contains(rooms[room], other) {
			return room + " may not import " + imported
		}
	}
	for library, allowed := range homes {
		if strings.HasPrefix(imported, library) && !slices.Contains(allowed, room) {
			return imported + " is imported outside " + strings.Join(allowed, " and ")
		}
	}
	if part, ok := strings.CutPrefix(imported, "gonum.org/v1/gonum/"); ok && !test && !slices.Contains(gonum, part) {
		return imported + " is for tests: mantis/data/num adds in one order on every machine"
	}
	if strings.HasPrefix(imported, "github.com/apache/arrow/go/v17/parquet") {
		return imported + " returns no rows for our files: parquet-go reads and writes Parquet"
	}
	return ""
}

func TestRefused(t *testing.T) {
	for _, c := range []struct {
		room, imported string
		refused        bool
	}{
		{"data", "mantis/models", true}, {"models", "mantis/pipeline", true}, {"pipeline", "mantis/stages", true},
		{"stages", "github.com/apache/arrow/go/v17/arrow", true}, {"cmd", "github.com/dmitryikh/leaves", true},
		{"data", "github.com/apache/arrow/go/v17/parquet/pqarrow", true}, {"pipeline", "github.com/spf13/cobra", true},
		{"stages", "gonum.org/v1/gonum/stat", true}, {"models", "gonum.org/v1/gonum/floats", true}, {"data", "gonum.org/v1/gonum/mat", true},
		{"models", "gonum.org/v1/gonum/stat/distuv", false}, {"stages", "gonum.org/v1/gonum/mat", false},
		{"stages", "mantis/data/bucket", true}, {"models", "mantis/data/venue", true}, {"stages", "mantis/data/venue", false}, {"cmd", "github.com/minio/minio-go/v7", true}, {"cmd", "mantis/data/bucket", false},
		{"stages", "mantis/models/xgb", false}, {"cmd", "mantis/stages", false}, {"data", "os", false},
	} {
		if got := refused(c.room, c.imported, false) != ""; got != c.refused {
			t.Errorf("%s importing %s: refused %t", c.room, c.imported, got)
		}
	}
	if fault := refused("stages", "gonum.org/v1/gonum/stat", true); fault != "" {
		t.Errorf("in a test: %s", fault)
	}
}
