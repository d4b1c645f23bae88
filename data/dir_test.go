package data_test

import (
	"path/filepath"
	"testing"

	"mantis/data"
	"mantis/data/placetest"
)

func TestDir(t *testing.T) {
	placetest.Test(t, func(t *testing.T) data.Place { return data.NewDir(filepath.Join(t.TempDir(), "lake")) })
}
