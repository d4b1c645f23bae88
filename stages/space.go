package stages

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"math"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"

	"mantis/data"
	"mantis/data/num"
	"mantis/models"
)

// axis is one parameter and where it is searched: a list of values, or a range.
type axis struct {
	name   string
	list   []string // JSON
	lo, hi float64
	log    bool // even in the logarithm
	whole  bool
}

// parseAxis reads "0.02..0.3", evenly between two numbers, with " log" behind it
// in their logarithm, whole numbers where both ends are; or "1,2,4" and "a,b", a
// list of values.
func parseAxis(name, spec string) (axis, error) {
	a := axis{name: name}
	text, log := strings.CutSuffix(strings.TrimSpace(spec), " log")
	lo, hi, ranged := strings.Cut(text, "..")
	if !ranged {
		for _, v := range strings.Split(spec, ",") {
			v = strings.TrimSpace(v)
			if v == "" {
				return a, fmt.Errorf("space: %s: %q: an empty value: want 0.1,0.3 or 0.1..0.3, with \" log\" behind it for even steps of the logarithm", name, spec)
			}
			raw := json.RawMessage(v)
			if !json.Valid(raw) {
				raw, _ = json.Marshal(v)
			}
			a.list = append(a.list, string(raw))
		}
		return a, nil
	}
	lo, hi = strings.TrimSpace(lo), strings.TrimSpace(hi)
	var err, other error
	a.lo, err = strconv.ParseFloat(lo, 64)
	a.hi, other = strconv.ParseFloat(hi, 64)
	if err != nil || other != nil || !num.Finite(a.lo) || !num.Finite(a.hi) || !(a.lo < a.hi) || log && !(a.lo > 0) {
		return a, fmt.Errorf("space: %s: %q: want two numbers as in 0.1..0.3, the smaller one first, above 0 for a logarithm", name, spec)
	}
	_, err = strconv.Atoi(lo)
	_, other = strconv.Atoi(hi)
	a.log, a.whole = log, err == nil && other == nil
	return a, nil
}

// at is the value at a share of the way, from 0 to 1; JSON. Numbers that are not
// whole have four digits, so that what is told is what was tried.
func (a axis) at(share float64) string {
	if a.list != nil {
		return a.list[min(int(share*float64(len(a.list))), len(a.list)-1)]
	}
	lo, hi := a.lo, a.hi
	if a.whole && !a.log {
		return strconv.Itoa(int(math.Min(lo+math.Floor(float64(share*(hi-lo+1))), hi)))
	}
	v := lo + float64(share*(hi-lo))
	if a.log {
		v = num.Exp(num.Log(lo) + float64(share*(num.Log(hi)-num.Log(lo))))
	}
	v = math.Min(math.Max(v, lo), hi)
	if a.whole {
		return strconv.Itoa(int(math.Round(v)))
	}
	return strconv.FormatFloat(v, 'g', 4, 64)
}

// steps are the values of a grid: the list, or so many places of the range.
func (a axis) steps(points int) []string {
	if a.list != nil {
		return a.list
	}
	var out []string
	for i := range points {
		v := a.at(float64(i) / float64(max(points-1, 1)))
		if !slices.Contains(out, v) {
			out = append(out, v)
		}
	}
	return out
}

// point is one configuration: the values of the axes, and the share of the
// features that is left out.
type point struct {
	values []string // JSON, one an axis
	drop   float64
}

// axes are the axes of a search, by name.
func (p *TrialParams) axes() ([]axis, error) {
	var out []axis
	for _, name := range slices.Sorted(maps.Keys(p.Space)) {
		a, err := parseAxis(name, p.Space[name])
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

// grid are all combinations, the last axis fastest, then the shares that are
// left out.
func (p *TrialParams) grid(axes []axis) []point {
	all := []point{{}}
	for _, a := range axes {
		var more []point
		for _, x := range all {
			for _, v := range a.steps(p.Points) {
				more = append(more, point{values: append(slices.Clone(x.values), v)})
			}
		}
		if all = more; len(all) > maxTrials {
			return all
		}
	}
	var out []point
	for _, x := range all {
		for _, drop := range p.Drop {
			out = append(out, point{x.values, drop})
		}
	}
	return out
}

// draw is the point of a number: a function of the seed and of it alone, so that
// a longer search begins with the shorter one. Number 0 is the settings as they
// are, with all features.
func (p *TrialParams) draw(axes []axis, number int) (point, error) {
	if number == 0 {
		values, err := p.given(axes)
		return point{values: values}, err
	}
	source := rand.NewPCG(p.Seed, uint64(number))
	unit := func() float64 { return float64(float64(source.Uint64()>>11) * 0x1p-53) }
	var x point
	for _, a := range axes {
		x.values = append(x.values, a.at(unit()))
	}
	x.drop = p.Drop[min(int(unit()*float64(len(p.Drop))), len(p.Drop)-1)]
	return x, nil
}

// given are the values that the model has on the axes.
func (p *TrialParams) given(axes []axis) ([]string, error) {
	kind, err := models.KindOf(p.Model.Trainer)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(kind.Params(&p.Model.Settings))
	if err != nil {
		return nil, err
	}
	var all map[string]json.RawMessage
	if err := json.Unmarshal(raw, &all); err != nil {
		return nil, err
	}
	var out []string
	for _, a := range axes {
		v, ok := all[a.name]
		if !ok {
			return nil, data.WithHint(fmt.Errorf("space: the trainer %s has no parameter %q", kind.Name, a.name), kind.Name+" has "+strings.Join(slices.Sorted(maps.Keys(all)), ", "))
		}
		out = append(out, string(v))
	}
	return out, nil
}

// at is the model's settings at a point.
func (p *TrialParams) at(axes []axis, x point) (*models.Settings, error) {
	kind, err := models.KindOf(p.Model.Trainer)
	if err != nil {
		return nil, err
	}
	raw, err := json.Marshal(p.Model.Settings)
	if err != nil {
		return nil, err
	}
	s := &models.Settings{}
	if err := json.Unmarshal(raw, s); err != nil {
		return nil, err
	}
	over := map[string]json.RawMessage{}
	for i, a := range axes {
		over[a.name] = json.RawMessage(x.values[i])
	}
	if raw, err = json.Marshal(over); err != nil {
		return nil, err
	}
	dec := json.NewDecoder(bytes.NewReader(raw))
	dec.DisallowUnknownFields()
	if err := dec.Decode(kind.Params(s)); err != nil {
		return nil, fmt.Errorf("space: the trainer %s: %w", kind.Name, err)
	}
	return s, kind.Check(s)
}

// words are the values of a point as JSON, by name.
func (x point) words(axes []axis) string {
	parts := make([]string, len(axes))
	for i, a := range axes {
		parts[i] = strconv.Quote(a.name) + ":" + x.values[i]
	}
	return "{" + strings.Join(parts, ",") + "}"
}
