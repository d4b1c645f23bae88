package data

import (
	"context"
	"errors"
	"fmt"
	"os"
	"strconv"
	"strings"
	"time"
)

// lockPause is how long a writer that waits leaves the lock alone.
const lockPause = 10 * time.Millisecond

// free is what a writer that ends in order leaves in the lock file.
const free = "free\n"

// Lock takes the lock of the directory. The kernel unlocks for a process that
// dies: then the file does not say free, and the next writer syncs what may be
// left unsynced. What it left in tmp is swept away.
func (d *Dir) Lock(ctx context.Context, wait bool) (unlock func(), err error) {
	f, err := d.take(ctx, wait)
	if err != nil {
		return nil, err
	}
	last, err := f.read()
	if err == nil {
		d.mu.Lock()
		d.orphaned = d.orphaned || last != free
		d.mu.Unlock()
		if err = f.write(fmt.Sprintf("%d\n", os.Getpid())); err == nil {
			err = d.sweep()
		}
	}
	if err != nil {
		f.Close()
		return nil, full(err)
	}
	return func() {
		if d.Sync() == nil {
			f.write(free)
		}
		f.Close()
	}, nil
}

// take opens the lock file and gets the lock, or says who has it.
func (d *Dir) take(ctx context.Context, wait bool) (lockFile, error) {
	if err := d.makeDir(d.root); err != nil {
		return nil, err
	}
	for {
		f, err := d.disk.lock(d.at("lock"))
		if !errors.Is(err, ErrInUse) {
			return f, err
		}
		if !wait {
			who := "another process"
			raw, _ := d.disk.readFile(d.at("lock"))
			if pid, err := strconv.Atoi(strings.TrimSpace(string(raw))); err == nil {
				who = fmt.Sprintf("process %d", pid)
			}
			return nil, WithHint(fmt.Errorf("%w: %s is writing to it", ErrInUse, who), "wait for it with --wait, or name another store with --store")
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(lockPause):
		}
	}
}

// sweep removes what earlier writers that died left in tmp; the caller holds
// the lock, so nobody else is writing there.
func (d *Dir) sweep() error {
	if err := d.makeDir(d.at("tmp")); err != nil {
		return err
	}
	entries, err := d.disk.readDir(d.at("tmp"))
	if err != nil {
		return err
	}
	for _, e := range entries {
		if err := d.removeAll(d.at("tmp", e.Name())); err != nil {
			return err
		}
	}
	return nil
}
