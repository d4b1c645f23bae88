//go:build !unix

package data

import "os"

// lock keeps nobody out where there is no flock: keep to one writer at a time.
func (realDisk) lock(path string) (lockFile, error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o644)
	return heldFile{f}, err
}
