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
// What lies below a directory and cannot be read is left, each with its reason.
func Files(paths []string) (files []string, left []Intake, err error) {
	for _, path := range paths {
		info, err := os.Stat(path)
		switch {
		case errors.Is(err, fs.ErrNotExist):
			return nil, nil, &data.InputError{File: path, Reason: "there is no such file", Hint: "check the path"}
		case err != nil:
			return nil, nil, &data.InputError{File: path, Reason: err.Error()}
		case info.IsDir():
			below, unread := walk(path)
			if len(below)+len(unread) == 0 {
				return nil, nil, &data.InputError{File: path, Reason: "no file lies below this directory", Hint: "name files of candles, or a directory of them"}
			}
			files, left = append(files, below...), append(left, unread...)
		case !info.Mode().IsRegular():
			return nil, nil, &data.InputError{File: path, Reason: "this is no regular file", Hint: "write the candles to a file first"}
		default:
			files = append(files, filepath.Clean(path))
		}
	}
	slices.Sort(files)
	return slices.Compact(files), left, nil
}

// walk lists the regular files below a directory, links to such among them, and
// what else lies there.
func walk(dir string) (files []string, left []Intake) {
	leave := func(path, reason, hint string) {
		left = append(left, Intake{Path: path, Refused: &data.InputError{File: path, Reason: reason, Hint: hint}})
	}
	filepath.WalkDir(dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			leave(path, reason(err), "")
			return nil // what else there is can be read all the same
		}
		if path != dir && strings.HasPrefix(d.Name(), ".") {
			if d.IsDir() {
				return fs.SkipDir
			}
			return nil
		}
		mode := d.Type()
		if mode&fs.ModeSymlink != 0 {
			info, err := os.Stat(path)
			if err != nil {
				leave(path, "a link to nothing", "")
				return nil
			}
			if mode = info.Mode().Type(); mode.IsDir() {
				leave(path, "a link to a directory", "name that directory itself")
				return nil
			}
		}
		switch {
		case mode.IsDir() || strings.HasSuffix(path, checksumExt):
		case mode.IsRegular():
			files = append(files, path)
		default:
			leave(path, "this is no regular file", "")
		}
		return nil
	})
	return files, left
}

// reason is an error without the path that it names.
func reason(err error) string {
	var of *fs.PathError
	if errors.As(err, &of) {
		return of.Err.Error()
	}
	return err.Error()
}
