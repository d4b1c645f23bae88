package main

import (
	"errors"
	"io/fs"
	"os"
	"strings"

	"github.com/spf13/cobra"

	"mantis/data"
)

func newModelCommand(g *global) *cobra.Command {
	c := &cobra.Command{
		Use: "model", Short: "Look at model files of XGBoost and LightGBM, and convert them",
		Long: `Model works on model files, mantis's own and those of other programs: XGBoost's
JSON (1.0 and on), UBJSON (1.6 and on) and binary layout (0.90 to 3.0), and
LightGBM's text. The models in the store are such files: mantis files model.`,
		Example: "  mantis model inspect fold-0000.json\n  mantis model convert old.model --to ubj",
		Args:    exactly(cobra.NoArgs),
		RunE:    func(c *cobra.Command, _ []string) error { return c.Help() },
	}
	c.AddCommand(newModelInspectCommand(g), newModelConvertCommand(g))
	return c
}

// readModel reads a model file whole.
func readModel(path string) ([]byte, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		return nil, &data.InputError{File: path, Reason: "there is no such file"}
	case err == nil && info.IsDir():
		return nil, &data.InputError{File: path, Reason: "this is a directory", Hint: "name the model file in it"}
	}
	file, err := os.ReadFile(path)
	if err != nil {
		return nil, &data.InputError{File: path, Reason: err.Error()}
	}
	return file, nil
}

// badModel is the error of a model file that is refused.
func badModel(path string, err error) error {
	reason := err.Error()
	for _, prefix := range []string{"xgb: model: ", "lightgbm: model: "} {
		reason = strings.TrimPrefix(reason, prefix)
	}
	return &data.InputError{File: path, Reason: reason, Hint: data.Hint(err)}
}
