package main

import (
	"fmt"
	"go/types"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"mantis/stages"
)

// rounding are libraries that compute with floats and round as the processor
// does. A reason says why nothing of that is in a dataset.
var rounding = map[string]string{
	"gonum.org/v1/gonum": "",
	"github.com/dmitryikh/leaves": "it adds the values of leaves in the order of the trees, each times a weight of one:" +
		" there is nothing to round in the product, fused or not",
}

// TestUnportableStages wants every stage whose code can come to a library that
// rounds as the processor does to say that it is unportable, or one that it is
// made from to.
func TestUnportableStages(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	s := readSources(t, nil)
	if got, want := len(s.reach().stages), len(stages.All()); got != want {
		t.Errorf("%d stages in the sources, %d in the program", got, want)
	}
	for _, f := range s.undeclared(rounding) {
		t.Error(f)
	}
}

// undeclared lists the stages that can come to a library without a reason and
// whose manifests would not say so.
func (s *sources) undeclared(libraries map[string]string) (faults []string) {
	r := s.reach()
	for stage, spec := range r.stages {
		if s.unportable(r, stage) {
			continue
		}
		for _, imported := range r.libraries(stage) {
			for library, reason := range libraries {
				if reason == "" && strings.HasPrefix(imported+"/", library+"/") {
					faults = append(faults, fmt.Sprintf("stage %s can come to %s: it must say why it is Unportable", s.text(spec, "Name"), imported))
				}
			}
		}
	}
	slices.Sort(faults)
	return faults
}

// unportable tells whether a stage, or one that it is made from, says that it is.
func (s *sources) unportable(r *reach, stage types.Object) bool {
	return s.text(r.stages[stage], "Unportable") != "" || slices.ContainsFunc(r.names[stage], func(in types.Object) bool {
		return r.stages[in] != nil && s.unportable(r, in)
	})
}

// TestUnportableIsSeen makes up code that uses gonum: in a package that only
// one stage uses, in a method behind an interface, and in a feature, which no
// stage names: those that learn ask the same package for a list.
func TestUnportableIsSeen(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	const (
		tail = `package tail

import "gonum.org/v1/gonum/stat/distuv"

type Normal struct{}

func (Normal) Tail(x float64) float64 { return distuv.UnitNormal.Survival(x) }
`
		stage = `package stages

import (
	"mantis/models/tail"
	"mantis/pipeline"
)

var Tails = add(&pipeline.Stage{Name: "tails", Inputs: []*pipeline.Stage{Bars},%s Run: tails})

var After = add(&pipeline.Stage{Name: "after", Inputs: []*pipeline.Stage{Tails}, Run: func(*pipeline.Task) error { return nil }})

var Again = add(&pipeline.Stage{Name: "again", Inputs: []*pipeline.Stage{After}, Run: tails})

func tails(*pipeline.Task) error {
	var t interface{ Tail(float64) float64 } = tail.Normal{}
	_ = t.Tail(1)
	return nil
}
`
		feature = `package feature

import "gonum.org/v1/gonum/mat"

var _ = add(&Feature{Name: "made_up", Compute: func(b Bars, out []float64) { out[0] = mat.Sum(nil) }})
`
	)
	for _, c := range []struct {
		name   string
		madeUp map[string]string
		want   []string
	}{
		{"a stage", map[string]string{"models/tail/tail.go": tail, "stages/tails.go": fmt.Sprintf(stage, "")},
			[]string{"again can come to gonum.org/v1/gonum/stat/distuv", "tails can come to gonum.org/v1/gonum/stat/distuv"}},
		{"a stage that says so", map[string]string{"models/tail/tail.go": tail, "stages/tails.go": fmt.Sprintf(stage, ` Unportable: "a tail",`)}, nil},
		{"a feature", map[string]string{"stages/feature/made_up.go": feature}, []string{"comparison can come to gonum.org/v1/gonum/mat", "features can come to gonum.org/v1/gonum/mat", "model can come to gonum.org/v1/gonum/mat", "trials can come to gonum.org/v1/gonum/mat"}},
	} {
		var got []string
		for _, f := range readSources(t, c.madeUp).undeclared(rounding) {
			text, _, _ := strings.Cut(strings.TrimPrefix(f, "stage "), ":")
			got = append(got, text)
		}
		if diff := cmp.Diff(c.want, got); diff != "" {
			t.Errorf("%s: %s", c.name, diff)
		}
	}
}
