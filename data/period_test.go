package data

import (
	"testing"

	"pgregory.net/rapid"
)

func TestPeriodBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(-62_167_219_200, 253_402_300_799).Draw(t, "s")*1e6 + rapid.Int64Range(0, 999_999).Draw(t, "µs")
		for _, p := range []Period{Yearly, Monthly} {
			from, until, err := PeriodBounds(p.Of(at))
			if err != nil || at < from || at >= until || p.Of(from) != p.Of(at) || p.Of(until-1) != p.Of(at) || p.Of(until) == p.Of(at) {
				t.Fatalf("%s is in %s, from %d until %d: %v", Stamp(at), p.Of(at), from, until, err)
			}
		}
	})
	for _, wrong := range []string{"", "24", "2024-13", "2024-1", "2024-01-01", "x"} {
		if _, _, err := PeriodBounds(wrong); err == nil {
			t.Errorf("%q is a period", wrong)
		}
	}
}

func TestPeriodOf(t *testing.T) {
	for i, want := range map[Interval]string{Minute: "2019-01", 59 * Minute: "2019-01", Hour: "2019", 7 * Day: "2019"} {
		if got := PeriodOf(i).Of(1546300800e6); got != want {
			t.Errorf("%s is kept by %s, want %s", i, got, want)
		}
	}
}

// TestPeriodCut cuts random ascending instants and joins them again.
func TestPeriodCut(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		times := make([]int64, rapid.IntRange(0, 50).Draw(t, "n"))
		at := int64(1546300800e6)
		for i := range times {
			at += rapid.Int64Range(1, 40*24*3600).Draw(t, "step") * 1e6
			times[i] = at
		}
		p := Period(rapid.IntRange(0, 1).Draw(t, "period"))
		next := 0
		for _, c := range p.Cut(times) {
			if c.From != next || c.To <= c.From || next > 0 && p.Of(times[next-1]) == c.Period {
				t.Fatalf("%+v after row %d", c, next)
			}
			for _, x := range times[c.From:c.To] {
				if p.Of(x) != c.Period {
					t.Fatalf("%s in %s", Stamp(x), c.Period)
				}
			}
			next = c.To
		}
		if next != len(times) {
			t.Fatalf("%d of %d rows", next, len(times))
		}
	})
}
