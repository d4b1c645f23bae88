package main

import (
	"cmp"
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"mantis/data"
)

// listed is one version of a dataset in a listing.
type listed struct {
	summary
	Latest bool  `json:"latest"`
	Bytes  int64 `json:"bytes"`
	Parts  int   `json:"parts"`
}

func newLsCommand(g *global) *cobra.Command {
	all := false
	c := &cobra.Command{
		Use: "ls", Short: "List the datasets",
		Example: "  mantis ls\n  mantis ls --all --json",
		Args:    exactly(cobra.NoArgs),
		RunE:    func(*cobra.Command, []string) error { return runLs(g, all) },
	}
	c.Flags().BoolVar(&all, "all", false, "every version, not only the latest")
	addJSONFlag(c, g)
	return c
}

func runLs(g *global, all bool) error {
	store, err := g.open()
	if err != nil {
		return err
	}
	names, err := store.Datasets()
	if err != nil {
		return err
	}
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
	printTable(g.out, "dataset\trows\tfirst\tlast\tparts\tbytes\tversion\t", func(t io.Writer) {
		for _, l := range list {
			what := l.ID[:8]
			if all && l.Latest {
				what += " latest"
			}
			fmt.Fprintf(t, "%s\t%s\t%s\t%s\t%d\t%s\t%s\t\n", l.Name, data.Thousands(l.Rows), l.First, l.Last, l.Parts, data.Thousands(int(l.Bytes)), what)
		}
	})
	return errors.Join(faults...)
}

// listVersions lists the latest version of a dataset, or all of them; with an
// error, those that can be read.
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
	var out []listed
	for _, id := range ids {
		v, err := store.Load(dataset, id)
		if err != nil {
			wrong = errors.Join(wrong, err)
			continue
		}
		l := listed{summary: summarise(v), Latest: latest != nil && id == latest.ID, Parts: len(v.Parts)}
		for _, p := range v.Parts {
			l.Bytes += p.Bytes
		}
		out = append(out, l)
	}
	return out, wrong
}
