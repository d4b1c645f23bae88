package main

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newCompactCommand(g *global) *cobra.Command {
	var how data.Compaction
	c := &cobra.Command{
		Use: "compact [DATASET…]", Short: "Store the same rows in less room",
		Long: `Compact encodes the files of the named versions, or of all there are, anew with a
stronger compressor where that saves at least 2 %, and stores rows once that are
stored twice. Ids, rows and partitions stay, one file a part; every version that
holds the rows names the new files. The old files are removed by the next gc after
its grace. What is stored in less room may take longer to read.`,
		Example: "  mantis compact --dry-run\n  mantis compact candles features",
		RunE:    func(c *cobra.Command, args []string) error { return runCompact(c.Context(), g, args, how) },
	}
	c.Flags().BoolVar(&how.DryRun, "dry-run", false, "tell what would be saved, and change nothing")
	addJSONFlag(c, g)
	return c
}

func runCompact(ctx context.Context, g *global, names []string, how data.Compaction) error {
	store, unlock, err := g.openToWrite()
	if err != nil {
		return err
	}
	defer unlock()
	var only []*data.Version
	if len(names) > 0 {
		if only, err = store.Choose(names); err != nil {
			return err
		}
	}
	p := newProgress(g, g.json)
	how.Watch = p.bytes("compact")
	out, err := store.Compact(ctx, only, how)
	p.end()
	if err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(struct {
			*data.Compacted
			DryRun bool `json:"dry_run"`
		}{out, how.DryRun})
	}
	would := ""
	if how.DryRun {
		would = "would be "
	}
	fmt.Fprintf(g.out, "%s %sencoded anew, %s given up for others with the same rows, %s %srewritten\n", data.Counted(out.Encoded, "file"), would, data.Thousands(out.Shared), data.Counted(out.Manifests, "manifest"), would)
	fmt.Fprintf(g.out, "%s of %s bytes %ssaved", data.Thousands(int(out.Before-out.After)), data.Thousands(int(out.Before)), would)
	if out.Before > out.After && !how.DryRun {
		fmt.Fprint(g.out, ", once gc has removed the old files after its grace")
	}
	fmt.Fprintln(g.out)
	return nil
}
