package main

import (
	"fmt"
	"time"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages"
	"mantis/stages/archive"
)

// archived turns --series and --as-of into parameters: the archive's version of
// today, and how many of its takings count.
func (o *choices) archived(g *global, s pipeline.Settings) error {
	switch {
	case len(o.series) == 0 && o.asOf == "":
		return nil
	case len(o.series) == 0:
		return data.WithHint(fmt.Errorf("%w: --as-of without --series", errUsage), "only the archive knows what was known when: name series of it with --series")
	case len(o.candles) > 0:
		return data.WithHint(fmt.Errorf("%w: --candles and --series", errUsage), "take the files into the archive with `mantis candles import`, then name all with --series")
	}
	store, err := g.open()
	if err != nil {
		return err
	}
	a, err := archive.Open(store)
	if err != nil {
		return err
	}
	known, err := knownAt(a, o.asOf)
	if err != nil {
		return err
	}
	p, err := stages.FromArchive(a, known, o.series...)
	if err != nil {
		return err
	}
	if err := s.Put([]string{"candles", "source"}, "archive"); err != nil {
		return err
	}
	return s.Put([]string{"candles", "archive"}, p)
}

// knownAt is the last taking that counts as of an instant; all of them where
// none is named.
func knownAt(a *archive.Archive, asOf string) (int, error) {
	if asOf == "" {
		return archive.All, nil
	}
	at, err := data.ParseStamp(asOf)
	if err != nil {
		return 0, fmt.Errorf("%w: --as-of: %w", errUsage, err)
	}
	known := a.KnownAt(time.UnixMicro(at))
	if known == 0 {
		return 0, &data.InputError{Reason: "nothing was known at " + data.Stamp(at), Hint: "`mantis candles ls --takings` shows what was taken in when"}
	}
	return known, nil
}

// openArchive opens the store and the archive in it, which must hold something.
func (g *global) openArchive() (*data.Store, *archive.Archive, error) {
	store, err := g.open()
	if err != nil {
		return nil, nil, err
	}
	a, err := archive.Open(store)
	if err == nil && a.Version == nil {
		err = data.WithHint(fmt.Errorf("archive: %w", data.ErrNotFound), "take candles in with `mantis candles import` or `mantis candles fetch`")
	}
	return store, a, err
}
