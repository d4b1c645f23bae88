package main

import (
	"context"
	"fmt"
	"time"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newVerifyCommand(g *global) *cobra.Command {
	var how data.Inspection
	c := &cobra.Command{
		Use: "verify [DATASET…]", Short: "Read everything again and hold it against its digests",
		Long: `Verify reads every part of the named versions, or of every version there is, and
compares bytes and decoded rows with what the manifests say; of the whole store,
also the refs and views. A fault is named with what repairs it, and the exit code
is 4. What is wrong with a cache or a diary is told, and harmless.`,
		Example: "  mantis verify\n  mantis verify --quick\n  mantis verify bars predictions@9f3c1a7e --json",
		RunE:    func(c *cobra.Command, args []string) error { return runVerify(c.Context(), g, args, how) },
	}
	c.Flags().BoolVar(&how.Quick, "quick", false, "look at manifests, refs and the sizes of files, and into no file")
	addJSONFlag(c, g)
	return c
}

func runVerify(ctx context.Context, g *global, args []string, how data.Inspection) error {
	store, err := g.open()
	if err != nil {
		return err
	}
	p := newProgress(g, g.json)
	how.Watch = p.bytes("verify")
	versions, faults, err := inspect(ctx, store, args, how)
	p.end()
	if err != nil {
		return err
	}
	parts, hint, damaged := 0, "", 0
	for _, v := range versions {
		parts += len(v.Parts)
	}
	for _, f := range faults {
		if f.Spare {
			continue
		}
		if damaged++; damaged == 1 {
			hint = f.Hint
		} else if hint != f.Hint {
			hint = "each fault says what repairs it"
		}
	}
	if g.json {
		if err := g.writeJSON(map[string]any{"versions": len(versions), "parts": parts, "faults": append([]data.Fault{}, faults...)}); err != nil {
			return err
		}
	} else {
		for _, f := range faults {
			fmt.Fprintf(g.out, "%s: %s: %s\n", f.Version, f.Path, f.Reason)
			if f.Spare {
				fmt.Fprintln(g.out, "  harmless:", f.Hint)
			} else {
				fmt.Fprintln(g.out, "  repair:", f.Hint)
			}
		}
		fmt.Fprintf(g.out, "%s, %s, %s\n", data.Counted(len(versions), "version"), data.Counted(parts, "part"), data.Counted(damaged, "fault"))
	}
	if damaged > 0 {
		return data.WithHint(fmt.Errorf("%w %s is damaged: %s found", data.ErrStore, g.store, data.Counted(damaged, "fault")), hint)
	}
	return nil
}

// inspect looks at the named versions, or, where none is named, at the whole
// store.
func inspect(ctx context.Context, store *data.Store, names []string, how data.Inspection) ([]*data.Version, []data.Fault, error) {
	if len(names) == 0 {
		return store.InspectAll(ctx, how)
	}
	var versions []*data.Version
	for _, name := range names {
		v, err := store.Resolve(name)
		if err != nil {
			return nil, nil, err
		}
		versions = append(versions, v)
	}
	faults, err := store.Inspect(ctx, versions, how)
	return versions, faults, err
}

// bytes draws how many bytes of all are done.
func (p *progress) bytes(what string) func(done, total int64) {
	return func(done, total int64) {
		p.mu.Lock()
		defer p.mu.Unlock()
		if _, ok := p.begun[what]; !ok {
			p.begun[what] = time.Now()
		}
		if !p.quiet && total > 0 && time.Since(p.drawn) > 50*time.Millisecond {
			part := int(1000 * done / total)
			p.draw(fmt.Sprintf("%-12s %s %s of %s MB%s", what, gauge(part, 1000), megabytes(done), megabytes(total), p.left(what, part, 1000)))
		}
	}
}

func megabytes(n int64) string { return fmt.Sprintf("%.1f", float64(n)/1e6) }
