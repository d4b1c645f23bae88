package data

import (
	"errors"
	"io"
	"io/fs"
	"os"
)

// disk is what a directory asks of the operating system. Tests put one in its
// place that fails, or that forgets what was not synced.
type disk interface {
	create(path string) (output, error) // a new file; fs.ErrExist where there is one
	rename(from, to string) error
	exchange(a, b string) error // of two names in one step; errors.ErrUnsupported where that cannot be
	mkdir(path string) error
	syncDir(path string) error
	remove(path string) error // a file, a link, or a directory that is empty
	readFile(path string) ([]byte, error)
	stat(path string) (fs.FileInfo, error)
	readDir(path string) ([]fs.DirEntry, error)
	link(from, to string) error
	symlink(target, path string) error
	readlink(path string) (string, error)
	lock(path string) (lockFile, error) // ErrInUse where another process has it
}

// output is a file being written.
type output interface {
	Write(p []byte) (int, error)
	Sync() error
	Close() error
}

// lockFile is a file that is locked until it is closed. Its content says who
// holds it.
type lockFile interface {
	read() (string, error)
	write(holder string) error
	Close() error
}

// realDisk is the operating system's own.
type realDisk struct{}

func (realDisk) create(path string) (output, error) {
	return os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o444)
}

func (realDisk) syncDir(path string) error {
	d, err := os.Open(path)
	if err != nil {
		return err
	}
	defer d.Close()
	return d.Sync()
}

// readFile reads a regular file. Whatever else lies in its place, a pipe or a
// device, is not waited for and not read.
func (realDisk) readFile(path string) ([]byte, error) {
	f, err := os.OpenFile(path, os.O_RDONLY|nonblock, 0)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	if !info.Mode().IsRegular() {
		return nil, &fs.PathError{Op: "read", Path: path, Err: fs.ErrNotExist}
	}
	raw := make([]byte, 0, info.Size()+1) // one more, so that the end is found without growing
	for {
		n, err := f.Read(raw[len(raw):cap(raw)])
		if raw = raw[:len(raw)+n]; errors.Is(err, io.EOF) {
			return raw, nil
		}
		if err != nil {
			return nil, err
		}
		if len(raw) == cap(raw) {
			raw = append(raw, 0)[:len(raw)]
		}
	}
}

func (realDisk) rename(from, to string) error               { return os.Rename(from, to) }
func (realDisk) mkdir(path string) error                    { return os.Mkdir(path, 0o755) }
func (realDisk) remove(path string) error                   { return os.Remove(path) }
func (realDisk) stat(path string) (fs.FileInfo, error)      { return os.Stat(path) }
func (realDisk) readDir(path string) ([]fs.DirEntry, error) { return os.ReadDir(path) }
func (realDisk) link(from, to string) error                 { return os.Link(from, to) }
func (realDisk) symlink(target, path string) error          { return os.Symlink(target, path) }
func (realDisk) readlink(path string) (string, error)       { return os.Readlink(path) }

// heldFile is a lock file of the operating system.
type heldFile struct{ *os.File }

func (f heldFile) read() (string, error) {
	raw := make([]byte, 64)
	n, err := f.ReadAt(raw, 0)
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return string(raw[:n]), err
}

func (f heldFile) write(holder string) error {
	if err := f.Truncate(0); err != nil {
		return err
	}
	_, err := f.WriteAt([]byte(holder), 0)
	return err
}
