package main

import (
	"go/ast"
	"go/constant"
	"go/types"
	"maps"
	"slices"
	"strings"
)

// reach knows what the code behind each stage can come to. It takes more than
// what runs: every method of a type that is named, whichever are called, and
// every variable that enters a list when the package of something used begins.
type reach struct {
	names  map[types.Object][]types.Object // what a declaration names, and a type's methods
	listed map[*types.Package][]types.Object
	stages map[types.Object]*ast.ValueSpec
}

// reach reads off the sources what names what.
func (s *sources) reach() *reach {
	r := &reach{map[types.Object][]types.Object{}, map[*types.Package][]types.Object{}, map[types.Object]*ast.ValueSpec{}}
	for _, path := range slices.Sorted(maps.Keys(s.files)) {
		for _, file := range s.files[path] {
			for _, d := range file.Decls {
				switch d := d.(type) {
				case *ast.FuncDecl:
					s.function(r, d)
				case *ast.GenDecl:
					for _, spec := range d.Specs {
						s.declaration(r, spec)
					}
				}
			}
		}
	}
	return r
}

// function takes in a function, and a method as what its type names.
func (s *sources) function(r *reach, d *ast.FuncDecl) {
	f, ok := s.info.Defs[d.Name].(*types.Func)
	if !ok {
		return
	}
	r.names[f] = s.used(d)
	if d.Recv != nil {
		for _, t := range s.used(d.Recv) {
			r.names[t] = append(r.names[t], f)
		}
	}
}

// declaration takes in a type, or variables or constants.
func (s *sources) declaration(r *reach, spec ast.Spec) {
	switch spec := spec.(type) {
	case *ast.TypeSpec:
		o := s.info.Defs[spec.Name]
		r.names[o] = append(r.names[o], s.used(spec)...)
	case *ast.ValueSpec:
		for _, name := range spec.Names {
			o := s.info.Defs[name]
			r.names[o] = s.used(spec)
			switch _, variable := o.(*types.Var); {
			case variable && o.Type().String() == "*mantis/pipeline.Stage":
				r.stages[o] = spec
			case variable && s.calls(spec):
				r.listed[o.Pkg()] = append(r.listed[o.Pkg()], o)
			}
		}
	}
}

// calls tells whether making a variable calls a function, which may be one that
// puts it on a list.
func (s *sources) calls(spec *ast.ValueSpec) (yes bool) {
	ast.Inspect(spec, func(n ast.Node) bool {
		if call, ok := n.(*ast.CallExpr); ok && !s.info.Types[call.Fun].IsType() {
			yes = true
		}
		_, later := n.(*ast.FuncLit)
		return !later
	})
	return yes
}

// used are the objects that some syntax names.
func (s *sources) used(n ast.Node) (all []types.Object) {
	ast.Inspect(n, func(n ast.Node) bool {
		if id, ok := n.(*ast.Ident); ok {
			switch o := s.info.Uses[id].(type) {
			case nil:
			case *types.Func:
				all = append(all, o.Origin())
			default:
				all = append(all, o)
			}
		}
		return true
	})
	return all
}

// libraries are the packages of others that the code of a stage can come to.
// What its inputs come to is theirs.
func (r *reach) libraries(stage types.Object) []string {
	found, seen, entered := map[string]bool{}, map[types.Object]bool{}, map[*types.Package]bool{}
	var visit func(o types.Object)
	visit = func(o types.Object) {
		if p, ok := o.(*types.PkgName); ok && !strings.HasPrefix(p.Imported().Path(), "mantis/") {
			found[p.Imported().Path()] = true
		}
		if seen[o] || r.stages[o] != nil && o != stage {
			return
		}
		seen[o] = true
		for _, named := range r.names[o] {
			visit(named)
		}
		if p := o.Pkg(); p != nil && !entered[p] {
			entered[p] = true
			for _, v := range r.listed[p] {
				visit(v)
			}
		}
	}
	visit(stage)
	return slices.Sorted(maps.Keys(found))
}

// text is a field of the stage that a declaration writes down, "" where it has
// none.
func (s *sources) text(spec *ast.ValueSpec, field string) (text string) {
	ast.Inspect(spec, func(n ast.Node) bool {
		if kv, ok := n.(*ast.KeyValueExpr); ok {
			key, _ := kv.Key.(*ast.Ident)
			value := s.info.Types[kv.Value].Value
			if key != nil && key.Name == field && value != nil && value.Kind() == constant.String {
				text = constant.StringVal(value)
			}
		}
		return true
	})
	return text
}
