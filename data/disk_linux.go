package data

import (
	"errors"

	"golang.org/x/sys/unix"
)

// nonblock keeps a pipe that nobody writes to from being waited for.
const nonblock = unix.O_NONBLOCK

func (realDisk) exchange(a, b string) error {
	err := unix.Renameat2(unix.AT_FDCWD, a, unix.AT_FDCWD, b, unix.RENAME_EXCHANGE)
	if errors.Is(err, unix.EINVAL) || errors.Is(err, unix.ENOSYS) { // not on this file system, or kernel
		return errors.ErrUnsupported
	}
	return err
}
