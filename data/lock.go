//go:build unix

package data

import (
	"fmt"
	"os"
	"strings"
	"syscall"
)

// Lock makes this process the store's one writer until unlock is called; the
// kernel unlocks for a process that dies. A store that is taken is an error
// that names the process.
func (s *Store) Lock() (unlock func(), err error) {
	f, err := os.OpenFile(s.at("lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, WithHint(fmt.Errorf("%w %s: %w", ErrStore, s.root, err), "name a writable directory with --store")
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		holder, _ := os.ReadFile(s.at("lock"))
		f.Close()
		return nil, WithHint(fmt.Errorf("%w %s: process %s is writing to it", ErrStore, s.root, strings.TrimSpace(string(holder))), "wait until it is done, or name another store with --store")
	}
	if err := f.Truncate(0); err == nil {
		fmt.Fprintln(f, os.Getpid())
	}
	return func() { f.Close() }, s.sweep()
}
