package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
	"mantis/models"
)

// conversion is what to write, and where.
type conversion struct {
	models.Conversion
	out   string
	force bool
}

func newModelConvertCommand(g *global) *cobra.Command {
	var o conversion
	c := &cobra.Command{
		Use: "convert FILE", Short: "Write an XGBoost model file as JSON or UBJSON",
		Long: `Convert reads a model file of XGBoost 0.90 or later in any of its formats, checks it,
and writes it as JSON or UBJSON, which XGBoost 1.7 and later and mantis read. The
same model always gives the same bytes. A model with one base_score per class is
for XGBoost 3.1 and later alone, and needs --vector.`,
		Example: "  mantis model convert old.model --to json\n  mantis model convert fold-0000.json --to ubj --out small.ubj\n  mantis model convert stopped.json --to ubj --best",
		Args:    exactly(cobra.ExactArgs(1)),
		RunE: func(c *cobra.Command, args []string) error {
			if o.To != "json" && o.To != "ubj" {
				return usage(c, fmt.Errorf("--to %q: want json or ubj", o.To))
			}
			return runModelConvert(g, args[0], o)
		},
	}
	c.Flags().StringVar(&o.To, "to", "", "json or ubj")
	c.Flags().StringVar(&o.out, "out", "", "the file to write; where left out, FILE with the ending of the format")
	c.Flags().BoolVar(&o.Best, "best", false, "leave out the rounds after the best one")
	c.Flags().BoolVar(&o.Vector, "vector", false, "write one base_score per class, for XGBoost 3.1 and later")
	c.Flags().BoolVar(&o.force, "force", false, "replace the file that is there")
	addJSONFlag(c, g)
	return c
}

func runModelConvert(g *global, path string, o conversion) error {
	if o.out == "" {
		o.out = strings.TrimSuffix(path, filepath.Ext(path)) + "." + o.To
	}
	content, err := readModel(path)
	if err != nil {
		return err
	}
	made, err := models.Convert(content, o.Conversion)
	if err != nil {
		return badModel(path, err)
	}
	if err := writeWhole(o.out, made, o.force); err != nil {
		return err
	}
	if g.json {
		return g.writeJSON(map[string]any{"path": o.out, "format": o.To, "bytes": len(made)})
	}
	fmt.Fprintf(g.out, "%s: %s, %s bytes, from %s\n", o.out, o.To, data.Thousands(len(made)), path)
	return nil
}

// writeWhole writes a file under another name and gives it its own when it is
// whole. One that is there stays, unless force is set.
func writeWhole(to string, content []byte, force bool) error {
	if _, err := os.Lstat(to); err == nil && !force {
		return data.Taken(to)
	}
	f, err := os.CreateTemp(filepath.Dir(to), "."+filepath.Base(to)+".*")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	_, err = f.Write(content)
	if err := errors.Join(err, f.Chmod(0o644), f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), to)
}
