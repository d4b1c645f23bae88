//go:build unix

package data

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"syscall"
)

// Lock makes this process the store's one writer until unlock is called; the
// kernel unlocks for a process that dies. A store that is taken is an error
// that names the process. What writers that died left behind is swept away.
func (s *Store) Lock() (unlock func(), err error) {
	f, err := os.OpenFile(s.at("lock"), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, WithHint(fmt.Errorf("%w %s: %w", ErrStore, s.root, err), writable)
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		defer f.Close()
		if !errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, WithHint(fmt.Errorf("%w %s: lock: %w", ErrStore, s.root, err), "the store must lie on a file system that has flock")
		}
		holder, _ := os.ReadFile(s.at("lock"))
		return nil, WithHint(fmt.Errorf("%w %s: process %s is writing to it", ErrStore, s.root, strings.TrimSpace(string(holder))), "wait until it is done, or name another store with --store")
	}
	if _, err = f.WriteAt(fmt.Appendf(nil, "%-10d\n", os.Getpid()), 0); err == nil {
		err = s.sweep()
	}
	if err != nil {
		f.Close()
		return nil, WithHint(fmt.Errorf("%w %s: %w", ErrStore, s.root, err), writable)
	}
	return func() { f.Close() }, nil
}
