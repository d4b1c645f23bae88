package page

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Explained is why the model predicts what it predicts. A part without features
// is left out.
type Explained struct {
	Swarms     []Swarm
	Dependence []Dependence
	Importance Table
	Note       string // which bars were explained
}

// Swarm is what features add to the margin of one class, bar by bar.
type Swarm struct {
	Class    string
	Features []SwarmFeature // the most important first
}

// SwarmFeature has one entry a bar: what the feature adds, in log-odds, and where
// its value stands among those of the explained bars, from 0 to 1; NaN where it is
// missing.
type SwarmFeature struct {
	Name         string
	Contribution []float64
	Level        []float64
}

// Dependence is what one feature adds to the margin of a class at each of its
// values; a missing value is NaN.
type Dependence struct {
	Feature, Class string
	Value          []float64
	Contribution   []float64
}

func (e Explained) check() error {
	for _, s := range e.Swarms {
		for _, f := range s.Features {
			if len(f.Contribution) != len(f.Level) {
				return fmt.Errorf("page: explained: %s: %d contributions of %d levels", f.Name, len(f.Contribution), len(f.Level))
			}
		}
	}
	for _, d := range e.Dependence {
		if len(d.Contribution) != len(d.Value) {
			return fmt.Errorf("page: explained: %s: %d contributions of %d values", d.Feature, len(d.Contribution), len(d.Value))
		}
	}
	return nil
}

// The widest swarm of dots, and the room of a feature in it.
const (
	swarmLeft  = 216
	swarmRow   = 34
	swarmDots  = 250 // bars drawn at most
	dotSpacing = 2.8
)

// explainedSection writes swarms, dependences and importances.
func (s *sheet) explainedSection(r Report) {
	e := r.Explained
	if len(e.Swarms) == 0 {
		return
	}
	s.section("explained", "Why these predictions")
	defer s.endSection()
	s.raw(`<p class="caption">`, esc("Exact Shapley values (TreeSHAP) of the test bars: what each feature adds to the margin of a class, in log-odds. With the bias they add up to the margin. "+e.Note), "</p>\n")
	for _, w := range e.Swarms {
		s.swarm(w, r.Simulated)
	}
	if len(e.Dependence) > 0 {
		s.heading("By the value of the feature")
		s.raw("<figure>\n", `<div class="scroll" tabindex="0">`, drawDependence(e.Dependence, r.Simulated), "</div>\n")
		s.caption(r.Simulated, "Each dot is a test bar: the value of the feature across, what it adds to the log-odds of "+e.Dependence[0].Class+
			" upwards. Values beyond the middle 98 in 100 stand at the edges; missing ones are not drawn.")
		s.raw("</figure>\n")
	}
	s.titled("Importance of features", e.Importance, "plain", "No importances were given.")
	s.simulatedLine(r)
}

// swarm writes one beeswarm with its legend and caption.
func (s *sheet) swarm(w Swarm, simulated bool) {
	s.heading("What makes " + w.Class + " likelier")
	s.raw("<figure>\n")
	var fifths []swatch
	for k, name := range []string{"lowest fifth of its values", "low", "middle", "high", "highest fifth"} {
		fifths = append(fifths, swatch{class: "bar k" + strconv.Itoa(k+1), name: name})
	}
	s.legend(append(fifths, swatch{class: "bar s4", name: "missing"}))
	s.raw(`<div class="scroll" tabindex="0">`, w.draw(simulated), "</div>\n")
	s.caption(simulated, "Each dot is a test bar. Right of zero the feature makes "+w.Class+" likelier, left of it less likely; the colour is where the feature's value stands. "+
		"The features that add most, on average over bars and classes, come first.")
	s.raw("</figure>\n")
}

// nth is the step at which dots are few enough.
func nth(n int) int { return max(1, (n+swarmDots-1)/swarmDots) }

func (w Swarm) draw(simulated bool) string {
	all := [][]float64{{0}}
	for _, f := range w.Features {
		all = append(all, f.Contribution)
	}
	bottom := plotTop + float64(swarmRow*len(w.Features))
	across := valueScale(all, swarmLeft, plotRight, true)
	g := newSVG(int(bottom)+26, "What each feature adds to the log-odds of "+w.Class, simulated)
	g.acrossAxis(across, plotTop, bottom, 10)
	for i, f := range w.Features {
		middle := plotTop + float64(swarmRow*(float64(i)+0.5))
		g.text("name", "end", swarmLeft-10, middle+4, clipped(f.Name, swarmLeft-20))
		f.draw(g, across, middle)
	}
	return g.close()
}

// acrossAxis draws a grid of values across.
func (g *svg) acrossAxis(s scale, top, bottom float64, want int) {
	g.line("axis", s.from, bottom, s.to, bottom)
	ticks := s.ticks(want)
	decimals := tickDecimals(ticks, Ratio)
	for _, v := range ticks {
		class := "grid"
		if v == 0 {
			class = "zero"
		}
		g.line(class, s.at(v), top, s.at(v), bottom+4)
		g.text("tick", "middle", s.at(v), bottom+18, tickLabel(v, decimals, Ratio))
	}
}

// draw piles the dots of a feature up where they would cover each other, above
// and below its middle in turn, the lowest values first.
func (f SwarmFeature) draw(g *svg, across scale, middle float64) {
	var order []int
	for i := 0; i < len(f.Level); i += nth(len(f.Level)) {
		if finite(f.Contribution[i]) {
			order = append(order, i)
		}
	}
	slices.SortStableFunc(order, func(a, b int) int { return fifth(f.Level[a]) - fifth(f.Level[b]) })
	pile := map[int]int{}
	place := func(i int) int { return int(math.Floor(across.at(f.Contribution[i]) / dotSpacing)) }
	for _, i := range order {
		pile[place(i)]++
	}
	var dots [6]strings.Builder
	placed := map[int]int{}
	for _, i := range order {
		at := place(i)
		k := placed[at]
		placed[at]++
		gap := math.Min(dotSpacing, float64(swarmRow-8)/float64(max(pile[at], 1)))
		up := float64((k + 1) / 2)
		if k%2 == 1 {
			up = -up
		}
		dots[fifth(f.Level[i])].WriteString("M" + px(across.at(f.Contribution[i])) + "," + px(middle+float64(up*gap)) + "h0")
	}
	for k := range dots {
		class := "dots s4"
		if k < 5 {
			class = "dots k" + strconv.Itoa(k+1)
		}
		g.path(class, dots[k].String())
	}
}

// fifth is the fifth of the values that a level is in, 5 for a missing one.
func fifth(level float64) int {
	if !finite(level) {
		return 5
	}
	return min(max(int(level*5), 0), 4)
}

// drawDependence draws up to three pictures side by side, with one scale of
// contributions.
func drawDependence(all []Dependence, simulated bool) string {
	const height, gap = 250, 34
	top, bottom := float64(plotTop)+14, float64(height-26)
	all = all[:min(len(all), 3)]
	reach := [][]float64{{0}}
	for _, d := range all {
		reach = append(reach, d.Contribution)
	}
	up := valueScale(reach, bottom, top, true)
	g := newSVG(height, "What features add to the log-odds of "+all[0].Class+", by their values", simulated)
	g.valueAxis(up, Ratio)
	width := float64(plotRight-plotLeft-gap*(len(all)-1)) / float64(len(all))
	for i, d := range all {
		from := plotLeft + float64(float64(i)*(width+gap))
		g.text("name", "middle", from+float64(width/2), plotTop+4, clipped(d.Feature, width))
		lo, hi, ok := d.inner()
		if !ok {
			g.text("tick", "middle", from+float64(width/2), float64((top+bottom)/2), "always missing")
			continue
		}
		across := valueScale([][]float64{{lo, hi}}, from, from+width, true)
		g.acrossAxis(across, top, bottom, 4)
		var dots strings.Builder
		for k := 0; k < len(d.Value); k += nth(len(d.Value)) {
			if finite(d.Value[k]) && finite(d.Contribution[k]) {
				dots.WriteString("M" + px(across.at(min(max(d.Value[k], lo), hi))) + "," + px(up.at(d.Contribution[k])) + "h0")
			}
		}
		g.path("dots s0", dots.String())
	}
	return g.close()
}

// inner is the span of the middle 98 in 100 values.
func (d Dependence) inner() (lo, hi float64, ok bool) {
	var values []float64
	for _, v := range d.Value {
		if finite(v) {
			values = append(values, v)
		}
	}
	if len(values) == 0 {
		return 0, 0, false
	}
	slices.Sort(values)
	trim := len(values) / 100
	return values[trim], values[len(values)-1-trim], true
}
