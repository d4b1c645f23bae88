package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"mantis/data"
)

// moved is one move of a dataset's latest.
type moved struct {
	Dataset string        `json:"dataset"`
	When    time.Time     `json:"when,omitzero"` // not known where a crash kept it from the log
	ID      string        `json:"id"`
	Back    int           `json:"back"` // N of ~N
	There   bool          `json:"there"`
	Rows    int           `json:"rows"`
	Tags    []string      `json:"tags"`
	Run     string        `json:"run,omitempty"`
	Step    *data.RunStep `json:"step,omitempty"` // what that run did
}

func runHistory(g *global, store *data.Store, names []string) error {
	runs, err := store.Runs()
	if err != nil {
		return err
	}
	list, faults := []moved{}, []error{}
	for _, name := range names {
		moves, err := listMoves(store, name, runs)
		if err != nil {
			faults = append(faults, err)
		}
		list = append(list, moves...)
	}
	if g.json {
		return cmp.Or(g.writeJSON(list), errors.Join(faults...))
	}
	printText(g.out, "dataset\tback\tversion\trows\tbecame latest\trun\twhat it did\ttags", func(t io.Writer) {
		for _, m := range list {
			rows, what, run := "gone", "-", "-"
			if m.There {
				rows = data.Thousands(m.Rows)
			}
			if m.Step != nil {
				run, what = m.Run, done(*m.Step)
			}
			fmt.Fprintf(t, "%s\t~%d\t%s\t%s\t%s\t%s\t%s\t%s\n", m.Dataset, m.Back, m.ID[:8], rows, when(m.When), run, what, strings.Join(m.Tags, " "))
		}
	})
	return errors.Join(faults...)
}

// listMoves lists the moves of a dataset's latest, newest first; with an error,
// those whose versions can be read.
func listMoves(store *data.Store, dataset string, runs []data.Run) ([]moved, error) {
	history, err := store.History(dataset)
	if err != nil {
		return nil, err
	}
	tags, err := tagsOf(store, dataset)
	if err != nil {
		return nil, err
	}
	var out []moved
	var wrong error
	for i, m := range slices.Backward(history) {
		l := moved{Dataset: dataset, When: m.Time, ID: m.ID, Back: len(history) - 1 - i, Tags: append([]string{}, tags[m.ID]...)}
		v, err := store.Load(dataset, m.ID)
		if err == nil {
			l.There, l.Rows = true, summarise(v).Rows
		} else if !errors.Is(err, data.ErrNotFound) {
			wrong = errors.Join(wrong, err)
		}
		l.Run, l.Step = runOf(runs, dataset, m)
		out = append(out, l)
	}
	return out, wrong
}

// runOf finds the run that made a move: it moved that dataset to that version,
// and the log's time, which is in whole seconds, is within it.
func runOf(runs []data.Run, dataset string, m data.Move) (id string, step *data.RunStep) {
	for _, r := range runs {
		end := r.Began.Add(time.Duration(r.Seconds * float64(time.Second)))
		if m.Time.Before(r.Began.Truncate(time.Second)) || m.Time.After(end) {
			continue
		}
		for i := range r.Steps {
			if s := &r.Steps[i]; s.Stage == dataset && s.Version == m.ID && s.Moved {
				id, step = r.ID, s // of runs within one second, the last
			}
		}
	}
	return id, step
}
