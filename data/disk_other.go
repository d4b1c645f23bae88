//go:build !linux

package data

import "errors"

const nonblock = 0

func (realDisk) exchange(string, string) error { return errors.ErrUnsupported }
