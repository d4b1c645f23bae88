// Package profile measures a curve by the conventions of other libraries, for
// whoever has figures of theirs to compare with: PROFILES.md says where they
// differ from ours, by how much, and who is right.
//
// Each is what the library gives for the curve's returns without the first, null
// one, told the number of bars in a year and, a bar, the rates: the versions are
// those of .ci/requirements.txt, and tests hold them. Where a library gives an
// infinite value or no number, the metric is null with that as its reason.
package profile

import (
	"fmt"
	"math"
	"slices"
	"strings"

	"mantis/data/num"
	"mantis/stages/metrics"
)

// Mantis is the profile of package metrics itself.
const Mantis = "mantis"

// Names are the profiles there are.
func Names() []string { return []string{Mantis, "empyrical", "quantstats", "vectorbt"} }

// Check says whether there is such a profile.
func Check(name string) error {
	if !slices.Contains(Names(), name) {
		return fmt.Errorf("profile %q: want %s", name, strings.Join(Names(), ", "))
	}
	return nil
}

// Measure is the metrics of a curve under a profile, in the order and under the
// names of metrics.Performance, without those that the library does not have.
// What is no matter of convention, capital, turnover and fees, is in each.
// Standard errors and intervals are ours alone.
func Measure(name string, c metrics.Curve) ([]metrics.Metric, error) {
	if err := Check(name); err != nil {
		return nil, err
	}
	all := metrics.Performance(c)
	if name == Mantis {
		return all, nil
	}
	of := newSample(c).of(name)
	var out []metrics.Metric
	for _, m := range all {
		switch m.Name {
		case "initial_capital", "final_value", "turnover_annual", "fees_usd":
		default:
			measure, ok := of[m.Name]
			if !ok {
				continue
			}
			m = theirs(name, m, measure)
		}
		out = append(out, m)
	}
	return out, nil
}

// theirs is a metric with the value that a library gives. Where our own returns
// are null there is nothing to give it.
func theirs(name string, m metrics.Metric, measure func() float64) metrics.Metric {
	none := num.NaN()
	if slices.Contains([]string{metrics.Null.Error(), metrics.TooFew.Error(), metrics.NoBenchmark.Error(), metrics.WipedOut.Error(), metrics.UnknownTrials.Error()}, m.Reason) {
		return m
	}
	out := metrics.Metric{Name: m.Name, Unit: m.Unit, Value: num.Canonical(measure()), SE: none, Low: none, High: none}
	switch {
	case math.IsInf(out.Value, 0):
		out.Value, out.Reason = none, name+" gives an infinite value"
	case out.Value != out.Value:
		out.Reason = name + " gives no number"
	}
	return out
}
