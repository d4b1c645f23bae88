package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newRunsCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "runs [ID]", Short: "List the runs that changed something, or show one",
		Long:    "Runs lists the records of runs that made a version or moved a latest, newest first. With an id, or the beginning of one, it shows that run: its stages and settings.",
		Example: "  mantis runs\n  mantis runs 20261123T1605 --json",
		Args:    exactly(cobra.MaximumNArgs(1)),
		RunE: func(_ *cobra.Command, args []string) error {
			store, err := g.open()
			if err != nil {
				return err
			}
			if len(args) == 0 {
				return runRuns(g, store)
			}
			r, err := store.FindRun(args[0])
			if err != nil {
				return err
			}
			if g.json {
				return g.writeJSON(r)
			}
			return printRun(g.out, r)
		},
	}
	addJSONFlag(c, g)
	return c
}

func runRuns(g *global, store *data.Store) error {
	runs, err := store.Runs()
	if err != nil {
		return err
	}
	slices.Reverse(runs)
	if g.json {
		return g.writeJSON(append([]data.Run{}, runs...))
	}
	printTable(g.out, "run\ttook\tdatasets made\tmoved\tparts made\tkept\t", func(t io.Writer) {
		for _, r := range runs {
			made, moved, parts, kept := 0, 0, 0, 0
			for _, s := range r.Steps {
				parts, kept = parts+s.Made, kept+s.Kept
				if !s.Known {
					made++
				}
				if s.Moved {
					moved++
				}
			}
			fmt.Fprintf(t, "%s\t%s\t%d\t%d\t%s\t%s\t\n", r.ID, took(r.Seconds), made, moved, data.Thousands(parts), data.Thousands(kept))
		}
	})
	return nil
}

func took(s float64) string { return seconds(time.Duration(s * float64(time.Second))) }

func printRun(w io.Writer, r *data.Run) error {
	fmt.Fprintf(w, "run      %s\nbegan    %s UTC, took %s\nprogram  %s\n\n", r.ID, when(r.Began), took(r.Seconds), r.Program)
	printText(w, "stage\tversion\tlatest\twhat was done\ttook", func(t io.Writer) {
		for _, s := range r.Steps {
			moved := "stayed"
			if s.Moved {
				moved = "moved"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%s\n", s.Stage, s.Version[:min(8, len(s.Version))], moved, done(s), took(s.Seconds))
		}
	})
	var settings map[string]json.RawMessage
	if err := json.Unmarshal(r.Settings, &settings); err != nil {
		return fmt.Errorf("run %s: settings: %w", r.ID, err)
	}
	fmt.Fprintln(w)
	for _, s := range r.Steps {
		var line bytes.Buffer
		json.Compact(&line, settings[s.Stage])
		fmt.Fprintf(w, "%s %s\n", s.Stage, &line)
	}
	return nil
}

// done tells what a run did about a dataset.
func done(s data.RunStep) string {
	switch {
	case s.Known:
		return "known before"
	case s.Kept > 0:
		return fmt.Sprintf("%s made, %s kept", data.Counted(s.Made, "part"), data.Thousands(s.Kept))
	}
	return "made"
}

// when writes an instant of a log, to the second: "-" where it has none.
func when(t time.Time) string {
	if t.IsZero() {
		return "-"
	}
	return t.UTC().Format("2006-01-02 15:04:05")
}
