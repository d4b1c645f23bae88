package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
)

// listed is one version of a dataset in a listing.
type listed struct {
	summary
	Latest bool      `json:"latest"`
	When   time.Time `json:"when,omitzero"` // it became the latest, the last time
	Tags   []string  `json:"tags"`
	Bytes  int64     `json:"bytes"`
	Parts  int       `json:"parts"`
}

func newLsCommand(g *global) *cobra.Command {
	all, history := false, false
	c := &cobra.Command{
		Use: "ls [DATASET]", Short: "List the datasets, or what was their latest version when",
		Long: `Ls lists the latest version of every dataset, or of one. With --all it lists every
version with its tags, those first that were the latest last; with --history every
move of latest, newest first: ~1 is what bars~1 names. A time is missing where a
crash kept it from the log.`,
		Example: "  mantis ls\n  mantis ls --history bars\n  mantis ls --all --json",
		Args:    exactly(cobra.MaximumNArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if all && history {
				return usage(c, errors.New("--all or --history, not both"))
			}
			store, err := g.open()
			if err != nil {
				return err
			}
			names, err := datasets(store, args)
			if err != nil {
				return err
			}
			if history {
				return runHistory(g, store, names)
			}
			return runLs(g, store, names, all)
		},
	}
	c.Flags().BoolVar(&all, "all", false, "every version, not only the latest")
	c.Flags().BoolVar(&history, "history", false, "every move of latest")
	addJSONFlag(c, g)
	return c
}

// datasets are those that are named, which must be there, or all of them.
func datasets(store *data.Store, args []string) ([]string, error) {
	names, err := store.Datasets()
	if err != nil || len(args) == 0 {
		return names, err
	}
	for _, name := range args {
		if !slices.Contains(names, name) {
			return nil, data.WithHint(fmt.Errorf("dataset %s: %w", name, data.ErrNotFound), "`mantis ls` shows what there is")
		}
	}
	return args, nil
}

func runLs(g *global, store *data.Store, names []string, all bool) error {
	list, faults := []listed{}, []error{}
	for _, name := range names {
		versions, err := listVersions(store, name, all)
		if err != nil && (all || !errors.Is(err, data.ErrNotFound)) { // a dataset that no run has ended with yet is no fault
			faults = append(faults, err)
		}
		list = append(list, versions...)
	}
	if g.json {
		return cmp.Or(g.writeJSON(list), errors.Join(faults...))
	}
	head := "dataset\trows\tfirst\tlast\tparts\tbytes\tversion\t"
	if all {
		head += "became latest\ttags\t"
	}
	printTable(g.out, head, func(t io.Writer) {
		for _, l := range list {
			what := l.ID[:8]
			if all && l.Latest {
				what += " latest"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t", l.Name, data.Thousands(l.Rows), l.First, l.Last, l.Parts, data.Thousands(int(l.Bytes)), what)
			if all {
				fmt.Fprintf(t, "%s\t%s\t", when(l.When), strings.Join(l.Tags, " "))
			}
			fmt.Fprintln(t)
		}
	})
	return errors.Join(faults...)
}

// listVersions lists the latest version of a dataset, or all of them, those
// first that were the latest last; with an error, those that can be read.
func listVersions(store *data.Store, dataset string, all bool) ([]listed, error) {
	latest, err := store.Latest(dataset)
	if err != nil && !all {
		return nil, err
	}
	var ids, wrong = []string{}, error(nil)
	if latest != nil {
		ids = []string{latest.ID}
	}
	if all {
		if ids, err = store.IDs(dataset); err != nil {
			return nil, err
		}
	}
	moves, err := store.History(dataset)
	if err != nil {
		return nil, err
	}
	tags, err := tagsOf(store, dataset)
	if err != nil {
		return nil, err
	}
	turn := map[string]int{} // at which move a version last became the latest, from 1
	for i, m := range moves {
		turn[m.ID] = i + 1
	}
	var out []listed
	for _, id := range ids {
		v, err := store.Load(dataset, id)
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		l := listed{summary: summarise(v), Latest: latest != nil && id == latest.ID, Tags: append([]string{}, tags[id]...), Parts: len(v.Parts)}
		if i := turn[id]; i > 0 {
			l.When = moves[i-1].Time
		}
		for _, p := range v.Parts {
			l.Bytes += p.Bytes
		}
		out = append(out, l)
	}
	slices.SortStableFunc(out, func(a, b listed) int { return turn[b.ID] - turn[a.ID] })
	return out, wrong
}

// tagsOf are the tags of a dataset's versions, by id.
func tagsOf(store *data.Store, dataset string) (map[string][]string, error) {
	tags, err := store.Tags(dataset)
	out := map[string][]string{}
	for _, t := range tags {
		out[t.ID] = append(out[t.ID], t.Name)
	}
	return out, err
}
