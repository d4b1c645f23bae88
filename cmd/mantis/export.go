package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
)

// export is what to write, and where.
type export struct {
	table, to, format string
	inputs, force     bool
}

func newExportCommand(g *global) *cobra.Command {
	var o export
	c := &cobra.Command{
		Use: "export DATASET", Short: "Write a version as one file, or as a directory that stands alone",
		Long: `Export writes a table of a version as one Parquet, Arrow IPC or CSV file, all parts
one after the other; or the version as a directory with its manifest, which is a
store itself: other programs read it, and mantis import takes it into another
store with its ids. Everything is verified on the way.`,
		Example: "  mantis export bars --to bars.csv\n  mantis export predictions --table scores --to scores.arrow\n  mantis export model@9f3c1a7e --format dir --to model-9f3c1a7e --with-inputs",
		Args:    exactly(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if err := o.check(); err != nil {
				return usage(c, err)
			}
			return runExport(c.Context(), g, args[0], o)
		},
	}
	c.Flags().StringVar(&o.table, "table", "", "the table; where left out, the one that ls counts")
	c.Flags().StringVar(&o.to, "to", "", "the file or directory to write")
	c.Flags().StringVar(&o.format, "format", "", "parquet, arrow, csv or dir; where left out, as the name of the file ends")
	c.Flags().BoolVar(&o.inputs, "with-inputs", false, "dir: also all versions that this one was made from")
	c.Flags().BoolVar(&o.force, "force", false, "replace the file, or the export, that is there")
	addJSONFlag(c, g)
	return c
}

// check settles the format.
func (o *export) check() error {
	if o.to == "" {
		return errors.New("--to is missing")
	}
	if o.format == "" {
		o.format = strings.TrimPrefix(filepath.Ext(o.to), ".")
	}
	if o.format != "dir" && !slices.Contains(data.Formats, o.format) {
		return fmt.Errorf("--format %q: want %s or dir", o.format, strings.Join(data.Formats, ", "))
	}
	if o.format != "dir" && o.inputs || o.format == "dir" && o.table != "" {
		return errors.New("--with-inputs is for --format dir, --table for the others")
	}
	return nil
}

func runExport(ctx context.Context, g *global, name string, o export) error {
	store, v, err := g.version(name)
	if err != nil {
		return err
	}
	if o.format == "dir" {
		return exportDir(ctx, g, store, v, o)
	}
	if o.table == "" {
		o.table = summarise(v).Table
	}
	if _, err := v.Table(o.table); err != nil {
		return data.WithHint(fmt.Errorf("%w: %w", errUsage, err), "`mantis show "+name+"` lists the tables; --format dir exports files that are no tables")
	}
	size, err := exportFile(ctx, store, v, o)
	if err != nil {
		return err
	}
	rows, _, _ := v.Span(o.table)
	if g.json {
		return g.writeJSON(map[string]any{"version": v.Dataset + "@" + v.ID, "table": o.table, "rows": rows, "path": o.to, "bytes": size})
	}
	fmt.Fprintf(g.out, "%s: table %s of %s, %s, %s bytes\n", o.to, o.table, v.Ref(), data.Counted(rows, "row"), data.Thousands(int(size)))
	return nil
}

// exportFile writes a table to a file of another name, and gives it its own
// when it is whole.
func exportFile(ctx context.Context, store *data.Store, v *data.Version, o export) (size int64, err error) {
	if _, err := os.Lstat(o.to); err == nil && !o.force {
		return 0, data.Taken(o.to)
	}
	if err := os.MkdirAll(filepath.Dir(o.to), 0o755); err != nil {
		return 0, err
	}
	f, err := os.CreateTemp(filepath.Dir(o.to), "."+filepath.Base(o.to)+".*")
	if err != nil {
		return 0, err
	}
	defer os.Remove(f.Name())
	defer f.Close()
	if err := store.WriteTable(ctx, f, v, o.table, o.format); err != nil {
		return 0, err
	}
	info, err := f.Stat()
	if err := errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return 0, err
	}
	if !o.force { // a name that came up meanwhile stays; file systems without links have to do without that
		if err := os.Link(f.Name(), o.to); err == nil {
			return info.Size(), nil
		} else if errors.Is(err, os.ErrExist) {
			return 0, data.Taken(o.to)
		}
	}
	return info.Size(), os.Rename(f.Name(), o.to)
}

func exportDir(ctx context.Context, g *global, store *data.Store, v *data.Version, o export) error {
	p := newProgress(g, g.json)
	out, err := store.Export(ctx, o.to, v, o.inputs, o.force, p.bytes("export"))
	p.end()
	if err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(map[string]any{"path": o.to, "versions": out})
	}
	bytes := int64(0)
	for _, v := range out {
		bytes += v.Bytes
		fmt.Fprintf(g.out, "%s\n", shortRef(v.Version))
	}
	fmt.Fprintf(g.out, "%s: %s, %s bytes; README.txt there says how to read it\n", o.to, data.Counted(len(out), "version"), data.Thousands(int(bytes)))
	return nil
}
