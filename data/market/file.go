package market

import (
	"bytes"
	"errors"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"mantis/data"
)

// ReadFile is EachIn of a file on the disk, with the SHA-256 of its bytes. Where it
// fails, there is none.
func ReadFile(path string, opt Options, take func(Result) error) (sha256 string, err error) {
	return onDisk(path, func(in io.ReaderAt, size int64) error { return EachIn(path, in, size, opt, take) })
}

// ReadOne reads a file on the disk that holds one series, with the SHA-256 of its
// bytes: like ReadCSV where a header line names its columns, and else like Read,
// but that nothing is taken from the directories that it lies in.
func ReadOne(path string, opt Options) (r Result, sha256 string, err error) {
	sha256, err = onDisk(path, func(in io.ReaderAt, size int64) error {
		if hasHeader(path, in, size, opt) {
			r, err = ReadCSVIn(path, in, size, opt)
			return err
		}
		dir, name := filepath.Split(path)
		files := 0
		err := EachIn(name, in, size, opt, func(x Result) error {
			if files++; files > 1 {
				return &data.InputError{File: name, Reason: "more than one file is in it", Hint: "take it in with `mantis candles import`, and name its series with --series"}
			}
			r = x
			return nil
		})
		if in, ok := err.(*data.InputError); ok {
			in.File = dir + in.File
		}
		return err
	})
	return r, sha256, err
}

// hasHeader reports whether a file is a text that ReadCSV has something to say of
// but that no line names its columns.
func hasHeader(name string, in io.ReaderAt, size int64, opt Options) bool {
	top := make([]byte, min(size, topBytes))
	n, _ := in.ReadAt(top, 0)
	if top = top[:n]; packed(top) || looksLikeJSON(bytes.TrimPrefix(top, []byte(byteOrderMark))) || bytes.IndexByte(top[:min(n, lookBytes)], 0) >= 0 {
		return false
	}
	r, err := open(name, top, opt)
	return err == nil || !r.nameless
}

// smallFile is the size up to which a file is read once and not twice.
const smallFile = 4 << 20

// onDisk lets a file be read, and gives the SHA-256 of its bytes. A large file is
// read once more for that, and it is an error where it changes meanwhile.
func onDisk(path string, read func(in io.ReaderAt, size int64) error) (sha256 string, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", unreadable(path, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return "", unreadable(path, err)
	}
	if !info.Mode().IsRegular() {
		return "", &data.InputError{File: path, Reason: "this is no regular file", Hint: "write the candles to a file first"}
	}
	size := info.Size()
	if size <= smallFile {
		content := make([]byte, size)
		n, err := io.ReadFull(f, content)
		if err != nil && err != io.EOF && err != io.ErrUnexpectedEOF {
			return "", unreadable(path, err)
		}
		if err = read(bytes.NewReader(content[:n]), int64(n)); err != nil {
			return "", err
		}
		return data.SHA256(content[:n]), nil
	}
	if err = read(f, size); err != nil {
		return "", err
	}
	sum, err := data.SHA256Of(io.NewSectionReader(f, 0, size))
	if err != nil {
		return "", unreadable(path, err)
	}
	after, err := os.Stat(path)
	if err != nil || !os.SameFile(info, after) || after.Size() != size || !after.ModTime().Equal(info.ModTime()) {
		return "", &data.InputError{File: path, Reason: "the file changed while it was read", Hint: "read it again when it is complete"}
	}
	return sum, nil
}

func unreadable(path string, err error) error {
	var of *fs.PathError
	if errors.As(err, &of) {
		err = of.Err
	}
	return &data.InputError{File: path, Reason: err.Error()}
}
