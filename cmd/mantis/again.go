package main

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages"
	"mantis/stages/archive"
)

// planAgain prepares a version to be made again, after all that it was made
// from where that is asked for. Done takes away what was laid out for it.
func planAgain(store *data.Store, v *data.Version, o *reproduction) (plan []*pipeline.Again, done func(), err error) {
	done = func() {}
	if v.Dataset == archive.Dataset {
		return nil, done, data.WithHint(fmt.Errorf("%s: the archive is what was observed, and is not made again", v.Ref()), "`mantis verify` holds it against its digests")
	}
	versions := []*data.Version{v}
	if o.deep {
		p, err := trace(store, v)
		if err != nil {
			return nil, done, err
		}
		if len(p.gone) > 0 {
			in := p.gone[0]
			return nil, done, data.WithHint(fmt.Errorf("%s@%s, of which %s was made: %w", in.Name, eight(in.ID), v.Ref(), data.ErrNotFound), "without --deep, only its own inputs must be there")
		}
		versions = slices.DeleteFunc(p.versions, func(v *data.Version) bool { return v.Dataset == archive.Dataset }) // no stage makes it: it is lent
	}
	files, done, err := findFiles(versions, slices.Concat(o.candles, o.outside))
	if err != nil {
		return nil, done, err
	}
	for _, v := range versions {
		s := stageOf(v.Stage.Name)
		if s == nil {
			return nil, done, fmt.Errorf("%s: this mantis has no stage %s", v.Ref(), v.Stage.Name)
		}
		a, err := pipeline.NewAgain(s, v, files[v.ID])
		if err != nil {
			return nil, done, err
		}
		plan = append(plan, a)
	}
	return plan, done, nil
}

func stageOf(name string) *pipeline.Stage {
	all := stages.All()
	i := slices.IndexFunc(all, func(s *pipeline.Stage) bool { return s.Name == name })
	if i < 0 {
		return nil
	}
	return all[i]
}

// findFiles finds the bytes from outside that versions were made of, by their
// digests, among the files that were offered. They are laid out in a directory
// under the names that they had then, for these are told in notes. It returns
// the paths of each version's, by its id, and what takes the directory away.
func findFiles(versions []*data.Version, offered []string) (files map[string][]string, done func(), err error) {
	files, done = map[string][]string{}, func() {}
	known, err := digests(offered)
	if err != nil {
		return nil, done, err
	}
	var missing []string
	dir := ""
	for _, v := range versions {
		for i, in := range v.Inputs {
			if !in.Outside() {
				continue
			}
			path, ok := known[in.ID]
			if !ok {
				missing = append(missing, fmt.Sprintf("%s with sha256 %s", in.File(), in.ID))
				continue
			}
			if dir == "" {
				if dir, err = os.MkdirTemp("", "mantis-files-"); err != nil {
					return nil, done, err
				}
				done = func() { os.RemoveAll(dir) }
			}
			link := filepath.Join(dir, eight(v.ID), fmt.Sprintf("%06d", i), filepath.Base(in.File()))
			if err := layOut(path, link); err != nil {
				return nil, done, err
			}
			files[v.ID] = append(files[v.ID], link)
		}
	}
	if len(missing) > 0 {
		return nil, done, &data.InputError{Reason: "wanted, and not among the files given: " + strings.Join(missing, "; "), Hint: "name each with --candles or --outside; its bytes must be those of then, its name need not"}
	}
	return files, done, nil
}

// digests are the paths of files, by their SHA-256.
func digests(files []string) (map[string]string, error) {
	var unknown *data.Store
	seen, known := unknown.Seen(true), map[string]string{}
	for _, file := range files {
		sum, err := seen.SHA256(file, nil)
		if err != nil {
			return nil, &data.InputError{File: file, Reason: err.Error(), Hint: "check the path given with --candles or --outside"}
		}
		known[sum] = file
	}
	return known, nil
}

// layOut makes a file appear under another path.
func layOut(file, path string) error {
	abs, err := filepath.Abs(file)
	if err != nil {
		return err
	}
	if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
		return err
	}
	return os.Symlink(abs, path)
}
