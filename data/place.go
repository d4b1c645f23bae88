package data

import (
	"context"
	"errors"
	"time"
)

// Place is where the bytes of a store lie: a directory of this machine, or a
// bucket of an object store. A name is relative to the place's root, with
// slashes between its elements. An object is there whole or not at all, and a
// reader never sees half of a change.
//
// Objects below data and versions never change once they are written: their
// names are made of digests. Everything else is small and replaced by Swap.
type Place interface {
	// Read is the bytes of an object, not nil even if there are none of them;
	// fs.ErrNotExist where there is no object.
	Read(name string) ([]byte, error)

	// Stat tells of an object without reading it; fs.ErrNotExist where there is
	// none.
	Stat(name string) (Object, error)

	// List tells of every object whose name begins with prefix, by name. There
	// being none is no error.
	List(prefix string) ([]Object, error)

	// Write keeps bytes under a name, in the place of what is there. They
	// outlive a crash from the next Sync or Swap on. Several goroutines may
	// write at a time.
	Write(name string, content []byte) error

	// Sync makes everything that was written or removed before outlive a crash,
	// also by a writer before this one.
	Sync() error

	// Swap replaces an object in one step if its bytes are still old, where nil
	// means that there is none, and else fails with ErrChanged. Everything that
	// was written before outlives a crash as soon as the new bytes do.
	Swap(name string, old, content []byte) error

	// Remove takes an object away. There being none is no error.
	Remove(name string) error

	// Lock makes this process the place's one writer until unlock is called or
	// the process dies. Where another holds it, Lock waits for it if wait is
	// set, and else says who. A place that has no locks returns at once: there,
	// Swap alone keeps writers apart.
	Lock(ctx context.Context, wait bool) (unlock func(), err error)

	// String is the place as people name it.
	String() string
}

// Object is what a place knows of an object without reading it.
type Object struct {
	Name     string
	Size     int64
	Modified time.Time // by the place's own clock
}

// ErrChanged says that an object is no longer what a writer took it for:
// another writer was faster.
var ErrChanged = errors.New("changed by another writer")
