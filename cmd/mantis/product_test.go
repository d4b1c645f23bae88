package main

import (
	"fmt"
	"go/ast"
	"go/constant"
	"go/token"
	"go/types"
	"math"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
)

// product tells whether an expression is a product of floats that the running
// program takes. The compiler makes one of a quotient by a power of two, too.
// What has no type here, because another's package gave it, may be a float.
func (s *sources) product(e ast.Expr) bool {
	switch e := e.(type) {
	case *ast.CallExpr:
		f := s.callee(e)
		return f != nil && f.FullName() == "math.Pow10"
	case *ast.BinaryExpr:
		if e.Op != token.MUL && (e.Op != token.QUO || !s.powerOfTwo(e.Y)) || s.info.Types[e].Value != nil {
			return false
		}
		for _, x := range []ast.Expr{e, e.X, e.Y} {
			tv := s.info.Types[x]
			if kind := numbers(tv.Type); kind != 0 && tv.Value == nil {
				return kind&(types.IsFloat|types.IsComplex) != 0
			}
		}
		return true
	}
	return false
}

// numbers is what kind of basic type t is of, 0 where that is not known.
func numbers(t types.Type) types.BasicInfo {
	if t == nil {
		return 0
	}
	b, _ := t.Underlying().(*types.Basic)
	if b == nil {
		return 0
	}
	return b.Info()
}

func (s *sources) powerOfTwo(e ast.Expr) bool {
	v := s.info.Types[e].Value
	if v == nil {
		return false
	}
	x, _ := constant.Float64Val(v)
	m, _ := math.Frexp(x)
	return math.Abs(m) == 0.5
}

// assigned is the product that x *= y assigns to x; nil for other assignments.
func assigned(a *ast.AssignStmt) *ast.BinaryExpr {
	switch a.Tok {
	case token.MUL_ASSIGN:
		return &ast.BinaryExpr{X: a.Lhs[0], OpPos: a.TokPos, Op: token.MUL, Y: a.Rhs[0]}
	case token.QUO_ASSIGN:
		return &ast.BinaryExpr{X: a.Lhs[0], OpPos: a.TokPos, Op: token.QUO, Y: a.Rhs[0]}
	}
	return nil
}

// loose tells whether a product that stands below these may meet a sum before
// it is rounded. It cannot where it is converted, a factor, compared, or handed
// to a function of Go's, none of which adds to what it is given.
func (s *sources) loose(product ast.Expr, above []ast.Node) bool {
	if numbers(s.info.Types[product].Type)&types.IsComplex != 0 {
		return true // there is a sum in it
	}
	for i := len(above) - 1; i >= 0; i-- {
		switch n := above[i].(type) {
		case *ast.ParenExpr, *ast.UnaryExpr:
		case *ast.BinaryExpr:
			return n.Op == token.ADD || n.Op == token.SUB
		case *ast.CallExpr:
			switch called := s.info.Types[n.Fun]; {
			case called.IsType():
				return false
			case called.IsBuiltin() && (types.ExprString(n.Fun) == "min" || types.ExprString(n.Fun) == "max"):
			default:
				f := s.callee(n)
				return f == nil || f.Pkg() == nil || strings.HasPrefix(f.Pkg().Path(), "mantis/")
			}
		default:
			return true
		}
	}
	return true
}

// callee is the function or method that a call names, nil where it is another
// value or not known.
func (s *sources) callee(call *ast.CallExpr) *types.Func {
	var name *ast.Ident
	switch f := ast.Unparen(call.Fun).(type) {
	case *ast.Ident:
		name = f
	case *ast.SelectorExpr:
		name = f.Sel
	}
	f, _ := s.info.Uses[name].(*types.Func)
	return f
}

// TestBitsAreSeen reads testdata/bits.txt as a package of data's and wants each
// fault in its line.
func TestBitsAreSeen(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	bits, err := os.ReadFile("testdata/bits.txt")
	if err != nil {
		t.Fatal(err)
	}
	s := readSources(t, map[string]string{"data/bits/bits.go": string(bits)})
	s.files = map[string][]*ast.File{"made up": s.files["mantis/data/bits"]}
	faults, _ := s.inexact()
	got, want := map[string]string{}, map[string]string{}
	for _, f := range faults {
		at, text, _ := strings.Cut(f, ": ")
		switch {
		case strings.Contains(text, "rounds the product"):
			got[at] += "round"
		case strings.Contains(text, "mantis/data/num"):
			got[at] += "num"
		default:
			got[at] += text
		}
	}
	line := 0
	for text := range strings.Lines(string(bits)) {
		line++
		if _, fault, ok := strings.Cut(strings.TrimSpace(text), " // "); ok {
			want[fmt.Sprintf("data/bits/bits.go:%d", line)] = fault
		}
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}
