package archive

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mantis/data"
)

// checksumExt ends the name of a file that holds the SHA-256 of the one beside
// it.
const checksumExt = ".CHECKSUM"

// Files lists the files that paths name: themselves, and all below directories
// but those whose names begin with a dot and checksums of the files beside them.
// The order is that of their paths; a file that is named twice is listed once.
func Files(paths []string) ([]string, error) {
	var files []string
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, &data.InputError{File: path, Reason: "there is no such file", Hint: "check the path"}
		case err != nil:
			return nil, &data.InputError{File: path, Reason: err.Error()}
		case info.IsDir():
			below, err := walk(path)
			if err != nil {
				return nil, err
			}
			files = append(files, below...)
		case !info.Mode().IsRegular():
			return nil, &data.InputError{File: path, Reason: "this is no regular file", Hint: "write the candles to a file first"}
		default:
			files = append(files, filepath.Clean(path))
		}
	}
	slices.Sort(files)
	return slices.Compact(files), nil
}

// walk lists the regular files below a directory.
func walk(dir string) ([]string, error) {
	var files []string
	err := filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return &data.InputError{File: path, Reason: err.Error()}
		case path != dir && strings.HasPrefix(d.Name(), "."):
			if d.IsDir() {
				return fs.SkipDir
			}
		case d.Type().IsRegular() && !strings.HasSuffix(path, checksumExt):
			files = append(files, path)
		}
		return nil
	})
	return files, err
}
