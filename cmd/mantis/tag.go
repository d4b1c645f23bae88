package main

import (
	"errors"
	"fmt"
	"io"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newTagCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "tag [TAG [DATASET…]]", Short: "Give versions a name that stays, or list the tags",
		Long: `Tag gives the named versions a tag, or, where none is named, the latest version
of every dataset: the whole result of a run under one name. From then on,
bars:TAG is that version. A tag never moves; take it away with mantis rm. Without
arguments, tag lists the tags.`,
		Example: "  mantis tag paper-v1\n  mantis tag paper-v1 predictions~1 model@9f3c1a7e\n  mantis show predictions:paper-v1\n  mantis tag --json",
		RunE: func(_ *cobra.Command, args []string) error {
			if len(args) == 0 {
				return runTags(g)
			}
			return runTag(g, args[0], args[1:])
		},
	}
	addJSONFlag(c, g)
	return c
}

func runTags(g *global) error {
	store, err := g.open()
	if err != nil {
		return err
	}
	tags, err := store.Tags("")
	if err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(append([]data.Tag{}, tags...))
	}
	printText(g.out, "tag\tversion", func(t io.Writer) {
		for _, tag := range tags {
			fmt.Fprintf(t, "%s\t%s\n", tag, tag.Ref())
		}
	})
	return nil
}

func runTag(g *global, tag string, names []string) error {
	if err := data.CheckTag(tag); err != nil {
		return err
	}
	store, unlock, err := g.openToWrite()
	if err != nil {
		return err
	}
	defer unlock()
	versions, err := chosen(store, names)
	if err != nil {
		return err
	}
	made, err := store.Tag(tag, versions...)
	if err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(append([]data.Tag{}, made...))
	}
	for _, t := range made {
		fmt.Fprintf(g.out, "%s is %s\n", t, t.Ref())
	}
	if len(made) == 0 {
		fmt.Fprintf(g.out, "nothing to do: %s was tagged %s before\n", data.Counted(len(versions), "version"), tag)
	}
	return nil
}

// chosen are the versions of these names, or, without any, the latest of every
// dataset that has one.
func chosen(store *data.Store, names []string) ([]*data.Version, error) {
	every := len(names) == 0
	if every {
		var err error
		if names, err = store.Datasets(); err != nil {
			return nil, err
		}
	}
	var versions []*data.Version
	for _, name := range names {
		v, err := store.Resolve(name)
		if every && errors.Is(err, data.ErrNotFound) { // no run has ended with it yet
			continue
		}
		if err != nil {
			return nil, err
		}
		versions = append(versions, v)
	}
	if len(versions) == 0 {
		return nil, data.WithHint(fmt.Errorf("latest versions: %w", data.ErrNotFound), "`mantis run` makes some")
	}
	return versions, nil
}
