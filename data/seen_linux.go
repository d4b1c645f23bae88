package data

import (
	"os"
	"syscall"
)

// describe is what the file system says of a file or directory; false where it
// does not say enough to know it again.
func describe(info os.FileInfo) (sight, bool) {
	s, ok := info.Sys().(*syscall.Stat_t)
	if !ok {
		return sight{}, false
	}
	return sight{Size: info.Size(), Device: s.Dev, Inode: s.Ino, Wrote: info.ModTime().UnixNano(), Change: s.Ctim.Nano()}, true
}
