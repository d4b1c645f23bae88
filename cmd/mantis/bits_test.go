package main

import (
	"fmt"
	"go/ast"
	"go/build"
	"go/token"
	"go/types"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

// exact are the functions of Go's mathematics that data may be computed with.
// Those of math here pick bits apart or give the one float that is nearest to
// the true result, in Go and in the assembly that some machines have of them:
// nothing in them can come out otherwise. Exp, Log, Hypot and, on s390x, nearly
// all others are assembly of another method on some machines, and those in Go
// have products for the compiler to fuse: mantis/data/num has what serves
// instead. Of the random numbers only the generator is promised to stay.
var exact = map[string][]string{
	"math": strings.Fields(`Abs Ceil Copysign Float32bits Float32frombits Float64bits Float64frombits Floor Frexp Inf
		IsInf IsNaN Ldexp Max Min NaN Nextafter Nextafter32 Pow10 Round RoundToEven Signbit Sqrt Trunc`),
	"math/cmplx":   {},
	"math/rand":    {},
	"math/rand/v2": {"NewPCG"},
}

// kernels are the packages with files for some processors only, and the test that
// holds what is in them against the same in Go, bit by bit.
var kernels = map[string]string{
	"mantis/models/xgb":          "TestKernels",
	"mantis/models/xgb/compiled": "TestKernels",
}

// TestBits holds every package that feeds datasets to arithmetic whose last bit
// is the same on every processor. Where the compiler may fuse a product with a
// sum into one rounding, it does so on some processors and not on others, over
// statements and, once calls are inlined, over functions. Go promises that an
// explicit conversion rounds: so every product is converted where it is made,
// float64(x*y), unless it is only a factor or compared. No package is excepted,
// and only those of kernels have code for one processor alone.
func TestBits(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	s := readSources(t, nil)
	faults, products := s.inexact()
	for _, f := range faults {
		t.Error(f)
	}
	if products < 150 {
		t.Errorf("only %d products of floats were seen", products)
	}
	for name := range s.files {
		if kernels[name] != "" {
			continue
		}
		dir := filepath.Join(root, strings.TrimPrefix(name, "mantis/"))
		for _, e := range entries(t, dir) {
			if picked(t, dir, e, "amd64") != picked(t, dir, e, "arm64") {
				t.Errorf("%s: %s is there on some processors only", name, e)
			}
		}
	}
}

func entries(t *testing.T, dir string) (names []string) {
	t.Helper()
	all, err := os.ReadDir(dir)
	if err != nil {
		t.Fatal(err)
	}
	for _, e := range all {
		names = append(names, e.Name())
	}
	return names
}

// picked tells whether the Go tool takes a file for a processor.
func picked(t *testing.T, dir, file, processor string) bool {
	t.Helper()
	c := build.Default
	c.GOARCH = processor
	ok, err := c.MatchFile(dir, file)
	if err != nil {
		t.Fatal(err)
	}
	return ok
}

// inexact lists the places whose last bit may differ between processors, and
// counts the products of floats.
func (s *sources) inexact() (faults []string, products int) {
	fault := func(at token.Pos, format string, args ...any) {
		p := s.set.Position(at)
		faults = append(faults, fmt.Sprintf("%s:%d: %s", below(p.Filename), p.Line, fmt.Sprintf(format, args...)))
	}
	for _, name := range slices.Sorted(maps.Keys(s.files)) {
		for _, file := range s.files[name] {
			var above []ast.Node
			ast.Inspect(file, func(n ast.Node) bool {
				if n == nil {
					above = above[:len(above)-1]
					return true
				}
				switch n := n.(type) {
				case *ast.Ident:
					if f := s.foreign(n); f != "" {
						fault(n.Pos(), "%s may differ in its last bit between processors: mantis/data/num has what serves instead", f)
					}
				case *ast.AssignStmt:
					if p := assigned(n); p != nil && s.product(p) {
						products++
						fault(n.Pos(), "write %s = float64(%s), which rounds the product", types.ExprString(n.Lhs[0]), types.ExprString(p))
					}
				case ast.Expr:
					if !s.product(n) {
						break
					}
					if products++; s.loose(n, above) {
						fault(n.Pos(), "write float64(%s), which rounds the product", types.ExprString(n))
					}
				}
				above = append(above, n)
				return true
			})
		}
	}
	return faults, products
}

// foreign is the name of a function that an identifier stands for, where it is
// one of Go's mathematics and none of the exact ones.
func (s *sources) foreign(n *ast.Ident) string {
	f, ok := s.info.Uses[n].(*types.Func)
	if !ok || f.Pkg() == nil || f.Signature().Recv() != nil {
		return ""
	}
	allowed, held := exact[f.Pkg().Path()]
	if !held || slices.Contains(allowed, f.Name()) {
		return ""
	}
	return f.Pkg().Path() + "." + f.Name()
}
