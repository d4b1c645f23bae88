package market

import (
	"testing"

	"pgregory.net/rapid"

	"mantis/data"
)

func TestSpanBounds(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		at := rapid.Int64Range(-62_167_219_200, 253_402_300_799).Draw(t, "s")*1e6 + rapid.Int64Range(0, 999_999).Draw(t, "µs")
		for _, s := range []Span{ByYear, ByMonth} {
			from, until, err := s.Bounds(s.Of(at))
			if err != nil || at < from || at >= until || s.Of(from) != s.Of(at) || s.Of(until-1) != s.Of(at) || s.Of(until) == s.Of(at) {
				t.Fatalf("%s is in %s %s, from %d until %d: %v", data.Stamp(at), s.Name(), s.Of(at), from, until, err)
			}
		}
	})
	for s, value := range map[Span]string{ByYear: "2024-05", ByMonth: "2024"} {
		if _, _, err := s.Bounds(value); err == nil {
			t.Errorf("%s is a %s", value, s.Name())
		}
	}
}

func TestSpanOf(t *testing.T) {
	for i, want := range map[data.Interval]string{data.Minute: "month 2019-01", 59 * data.Minute: "month 2019-01", data.Hour: "year 2019", 7 * data.Day: "year 2019"} {
		if s := SpanOf(i); s.Name()+" "+s.Of(1546300800e6) != want {
			t.Errorf("%s is kept by %s %s, want %s", i, s.Name(), s.Of(1546300800e6), want)
		}
	}
}
