package pipeline

import (
	"context"
	"encoding/json"
	"os"
	"strings"
	"testing"

	"mantis/data"
)

// TestRecord holds the records of runs against what the runs did.
func TestRecord(t *testing.T) {
	y, store := newToys(), newStore(t)
	targets := y.diamond()[3:]
	records := func() []data.Run {
		runs, err := store.Runs()
		if err != nil {
			t.Fatal(err)
		}
		return runs
	}
	runs := func(set ...string) []Step {
		steps, err := Run(context.Background(), store, targets, Options{Settings: settings(t, set...), Program: "a test"})
		if err != nil {
			t.Fatal(err)
		}
		return steps
	}
	steps := runs("left.add=3", "report.path=/home/somebody/secret")
	got := records()
	if len(got) != 1 || got[0].Program != "a test" || len(got[0].Steps) != 4 || got[0].Began.IsZero() || got[0].Seconds <= 0 {
		t.Fatalf("%+v", got)
	}
	for i, step := range got[0].Steps {
		if step.Stage != steps[i].Stage.Name || step.Version != steps[i].Version.ID || step.Known || !step.Moved {
			t.Errorf("step %+v", step)
		}
	}
	var params map[string]toyParams
	if err := json.Unmarshal(got[0].Settings, &params); err != nil || params["left"].Add != 3 || params["left"].Deep.B != 2 || len(params) != 4 {
		t.Errorf("settings %s, %v", got[0].Settings, err)
	}
	raw, _ := json.Marshal(got)
	host, _ := os.Hostname()
	if strings.Contains(string(raw), "secret") || host != "" && strings.Contains(string(raw), host) {
		t.Errorf("a path or a host in %s", raw)
	}

	runs("left.add=3")
	if len(records()) != 1 {
		t.Error("a run that did nothing left a record")
	}
	runs("left.add=4")
	runs("left.add=3") // makes nothing, and moves latest back
	got = records()
	if len(got) != 3 {
		t.Fatalf("%d records, want 3", len(got))
	}
	for i, want := range []string{"candles known", "left known moved", "right known", "report known moved"} {
		step := got[2].Steps[i]
		text := step.Stage
		if step.Known {
			text += " known"
		}
		if step.Moved {
			text += " moved"
		}
		if text != want {
			t.Errorf("%s, want %s", text, want)
		}
	}
	if _, err := Run(context.Background(), store, targets, Options{Settings: settings(t, "nobody.add=4")}); err == nil || len(records()) != 3 {
		t.Error("a run that failed left a record")
	}
}
