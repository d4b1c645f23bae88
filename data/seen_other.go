//go:build !linux

package data

import "os"

// describe knows no file again: elsewhere than on Linux, files are hashed on
// every run.
func describe(os.FileInfo) (sight, bool) { return sight{}, false }
