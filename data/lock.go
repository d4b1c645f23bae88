//go:build unix

package data

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// lock opens a file and takes its flock.
func (realDisk) lock(path string) (lockFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return nil, err
	}
	if err := syscall.Flock(int(f.Fd()), syscall.LOCK_EX|syscall.LOCK_NB); err != nil {
		f.Close()
		if errors.Is(err, syscall.EWOULDBLOCK) {
			return nil, ErrInUse
		}
		return nil, WithHint(fmt.Errorf("lock: %w", err), "the store must lie on a file system that has flock")
	}
	return heldFile{f}, nil
}
