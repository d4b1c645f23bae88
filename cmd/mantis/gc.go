package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
)

// keptMoves is how many last moves of latest are kept unless told otherwise: two
// working weeks of daily runs. Versions of such runs share almost all of their
// parts, so they cost little more than their manifests.
const keptMoves = 10

func newGCCommand(g *global) *cobra.Command {
	how := data.Clearing{Grace: 24 * time.Hour, Keep: keptMoves}
	c := &cobra.Command{
		Use: "gc", Short: "Remove what no ref leads to",
		Long: `Gc keeps the latest version of every dataset, every tagged one, those that were
latest before the last few moves, and all that these were made from; of the
rest, it removes what is older than the grace. The grace is for readers who still
have an old version open, and for second thoughts: nothing brings back what gc
has removed but to make it again.`,
		Example: "  mantis gc --dry-run\n  mantis gc\n  mantis gc --grace 1h --keep 0 --json",
		Args:    exactly(cobra.NoArgs),
		RunE: func(c *cobra.Command, _ []string) error {
			if how.Grace < 0 || how.Keep < 0 {
				return usage(c, fmt.Errorf("--grace %s, --keep %d: want no less than 0", how.Grace, how.Keep))
			}
			return runGC(c.Context(), g, how)
		},
	}
	c.Flags().BoolVar(&how.DryRun, "dry-run", false, "tell what would go and why the rest is kept, and remove nothing")
	c.Flags().DurationVar(&how.Grace, "grace", how.Grace, "keep what is younger")
	c.Flags().IntVar(&how.Keep, "keep", how.Keep, "keep the versions that each dataset's last so many moves of latest led from and to")
	addJSONFlag(c, g)
	return c
}

func runGC(ctx context.Context, g *global, how data.Clearing) error {
	store, unlock, err := g.openToWrite()
	if err != nil {
		return err
	}
	defer unlock()
	p := newProgress(g, g.json)
	how.Watch = p.bytes("gc")
	out, err := store.Clear(ctx, how)
	p.end()
	if err != nil {
		return err
	}
	if g.json {
		type object struct {
			Name     string    `json:"name"`
			Bytes    int64     `json:"bytes"`
			Modified time.Time `json:"modified"`
		}
		garbage := []object{}
		for _, o := range out.Garbage {
			garbage = append(garbage, object{o.Name, o.Size, o.Modified.UTC()})
		}
		return g.writeJSON(struct {
			*data.Cleared
			DryRun  bool     `json:"dry_run"`
			Garbage []object `json:"garbage"`
		}{out, how.DryRun, garbage})
	}
	removed := "removed"
	if how.DryRun {
		removed = "would remove"
		for _, r := range out.Roots {
			fmt.Fprintf(g.out, "keep    %s  %s\n", shortRef(r.Version), r.Why)
		}
		for _, p := range out.Pins {
			fmt.Fprintf(g.out, "pin     %s, by %s, until %s: nothing goes before\n", p.ID, p.By, data.Stamp(p.Expires().UnixMicro()))
		}
		for _, o := range out.Garbage {
			fmt.Fprintf(g.out, "remove  %s  %s bytes\n", o.Name, data.Thousands(int(o.Size)))
		}
		for _, v := range out.Views {
			fmt.Fprintf(g.out, "remove  views/%s\n", v)
		}
	}
	fmt.Fprintf(g.out, "kept %s, of which %s; %s younger than %s\n", data.Counted(out.Kept, "version"), data.Counted(len(out.Roots), "root"), data.Counted(out.Young, "other object"), how.Grace)
	fmt.Fprintf(g.out, "%s %s, %s, %s: %s bytes\n", removed, data.Counted(out.Removed("versions"), "version"), data.Counted(out.Removed("data"), "file"),
		data.Counted(out.Removed("actions"), "action"), data.Thousands(int(out.Bytes)))
	return nil
}

// shortRef is dataset@ and the first digits of the id.
func shortRef(ref string) string { return ref[:max(0, len(ref)-56)] }
