package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"mantis/data"
	"mantis/data/bucket"
)

// open opens the store that must be there.
func (g *global) open() (*data.Store, error) {
	place, err := g.place()
	if err != nil {
		return nil, err
	}
	return data.OpenAt(place)
}

// openToWrite opens the store that must be there and locks it.
func (g *global) openToWrite() (store *data.Store, unlock func(), err error) {
	if store, err = g.open(); err == nil {
		unlock, err = store.Lock()
	}
	return store, unlock, err
}

// lock makes this process the store's one writer; it waits for another if it may.
func (g *global) lock(ctx context.Context, store *data.Store, wait bool) (unlock func(), err error) {
	unlock, err = store.Lock()
	if wait && errors.Is(err, data.ErrInUse) {
		fmt.Fprintf(g.err, "mantis: waiting: %v\n", err)
		unlock, err = store.Wait(ctx)
	}
	return unlock, err
}

// version opens the store and finds the version of a name.
func (g *global) version(name string) (*data.Store, *data.Version, error) {
	store, err := g.open()
	if err != nil {
		return nil, nil, err
	}
	v, err := store.Resolve(name)
	return store, v, err
}

// create opens the store, and makes it where there is none.
func (g *global) create() (*data.Store, error) {
	place, err := g.place()
	if err != nil {
		return nil, err
	}
	return data.CreateAt(place)
}

// place is where the store lies: in a bucket, or else in a directory.
func (g *global) place() (data.Place, error) {
	if strings.HasPrefix(g.store, bucket.Scheme) {
		return bucket.Open(g.ctx, g.store)
	}
	return data.NewDir(g.store), nil
}
