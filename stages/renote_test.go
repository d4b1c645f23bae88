package stages

import (
	"slices"
	"strings"
	"testing"
	"time"
)

// TestNotesRecalled holds that explanations that are recalled say what they said
// when they were made.
func TestNotesRecalled(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	l := newLake(t, 5, []string{"BTC-USD", "A00-BTC"}, time.Date(2020, 11, 20, 0, 0, 0, 0, time.UTC), 94)
	set := []string{"labels.horizon=60"}
	v, _, _ := l.run(set...)
	was := v["explanations"].Notes
	if !slices.ContainsFunc(was, func(n string) bool { return strings.Contains(n, "has a label yet") }) {
		t.Fatal("every fold has labels")
	}
	l.append("A00-BTC", 24)
	v, store, made := l.run(set...)
	if got := v["explanations"].Notes; !slices.Equal(was, got) {
		t.Errorf("%s: notes %q, want %q", made, got, was)
	}
	l.sameAsFresh("a day of another", v, store, set...)
}
