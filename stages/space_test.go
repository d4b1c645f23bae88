package stages

import (
	"encoding/json"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

func TestSpace(t *testing.T) {
	for _, c := range []struct{ spec, steps string }{
		{"1,2,4", "1 2 4"}, {" 0.1 , a ", `0.1 "a"`}, {"true", "true"},
		{"2..4", "2 3 4"}, {"0..1", "0 1"}, {"0.1..0.3", "0.1 0.2 0.3"}, {"0.01..1 log", "0.01 0.1 1"}, {"1..100 log", "1 10 100"}, {"-1..1", "-1 0 1"}, {"0.5..1", "0.5 0.75 1"},
	} {
		a, err := parseAxis("x", c.spec)
		if got := strings.Join(a.steps(3), " "); err != nil || got != c.steps {
			t.Errorf("%q: %s, %v, want %s", c.spec, got, err, c.steps)
		}
	}
	for _, spec := range []string{"", "1,,2", "3..2", "2..2", "a..b", "0..1 log", "1..", "..1", "1..NaN", "1..Inf"} {
		if a, err := parseAxis("x", spec); err == nil {
			t.Errorf("%q is read: %+v", spec, a)
		}
	}
}

// TestSpaceStaysWithin wants every value of a range to be within it, and whole
// where its ends are, and the values to reach both ends.
func TestSpaceStaysWithin(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a := axis{lo: float64(rapid.IntRange(1, 50).Draw(t, "lo")), log: rapid.Bool().Draw(t, "log"), whole: rapid.Bool().Draw(t, "whole")}
		a.hi = a.lo + float64(rapid.IntRange(1, 1000).Draw(t, "more"))
		for _, share := range []float64{0, rapid.Float64Range(0, 1).Draw(t, "share"), 1} {
			var v float64
			if err := json.Unmarshal([]byte(a.at(share)), &v); err != nil {
				t.Fatal(err)
			}
			if v < a.lo*(1-1e-3) || v > a.hi*(1+1e-3) || a.whole && v != float64(int(v)) {
				t.Fatalf("%v of %+v at %v", v, a, share)
			}
			if near := (a.hi - a.lo) / 100; share == 0 && v > a.lo+near || share == 1 && v < a.hi-near {
				t.Fatalf("%v is not an end of %+v", v, a)
			}
		}
	})
}

// TestLongerSearchBeginsAlike wants a search to begin with the trials of a
// shorter one, the first being the settings as they are, and a grid to have every
// combination.
func TestLongerSearchBeginsAlike(t *testing.T) {
	p := &TrialParams{Model: defaultModel(), Search: searchRandom, Trials: 40, Space: map[string]string{"eta": "0.01..1 log", "max_depth": "1..9"}, Drop: []float64{0, 0.5}, Points: 3, Seed: 5}
	axes, err := p.axes()
	if err != nil {
		t.Fatal(err)
	}
	long, err := p.points(axes)
	if err != nil {
		t.Fatal(err)
	}
	p.Trials = 7
	short, err := p.points(axes)
	if err != nil {
		t.Fatal(err)
	}
	for i, x := range short {
		if !slices.Equal(x.values, long[i].values) || x.drop != long[i].drop {
			t.Errorf("trial %d is %v and %v", i, x, long[i])
		}
	}
	if !slices.Equal(short[0].values, []string{"0.1", "6"}) || short[0].drop != 0 {
		t.Errorf("the first is %v", short[0])
	}
	s, err := p.at(axes, long[3])
	if err != nil || long[3].words(axes) != `{"eta":`+long[3].values[0]+`,"max_depth":`+long[3].values[1]+`}` {
		t.Errorf("%+v, %v", long[3], err)
	}
	var eta float64
	if err := json.Unmarshal([]byte(long[3].values[0]), &eta); err != nil || s.Eta != eta || p.Model.Eta != 0.1 {
		t.Errorf("eta %v, want %v; the model's own is %v", s.Eta, eta, p.Model.Eta)
	}
	p.Search = searchGrid
	if all, err := p.points(axes); err != nil || len(all) != 3*3*2 {
		t.Errorf("%d points, %v", len(all), err)
	}
}
