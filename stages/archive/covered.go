package archive

import (
	"slices"

	"mantis/data"
)

// Span is a stretch of time: from From, up to and without Until.
type Span struct{ From, Until int64 }

// Answered are the stretches of a series that some source answered for in full,
// ascending and apart.
func (a *Archive) Answered(s Series) []Span {
	var spans []Span
	for _, t := range a.Takings {
		if t.Series == s && t.From != data.Null && t.Until != data.Null && t.From < t.Until {
			spans = append(spans, Span{t.From, t.Until})
		}
	}
	slices.SortFunc(spans, func(x, y Span) int { return int(min(max(x.From-y.From, -1), 1)) })
	var out []Span
	for _, x := range spans {
		if n := len(out); n > 0 && x.From <= out[n-1].Until {
			out[n-1].Until = max(out[n-1].Until, x.Until)
			continue
		}
		out = append(out, x)
	}
	return out
}

// Unanswered are the stretches of [from, until) that no source answered for.
func (a *Archive) Unanswered(s Series, from, until int64) []Span {
	var out []Span
	for _, x := range a.Answered(s) {
		if x.Until <= from || x.From >= until {
			continue
		}
		if x.From > from {
			out = append(out, Span{from, x.From})
		}
		from = x.Until
	}
	if from < until {
		out = append(out, Span{from, until})
	}
	return out
}
