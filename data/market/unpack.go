package market

import (
	"bytes"
	"encoding/binary"
	"io"
	"path"
	"strings"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/zip"

	"mantis/data"
)

// How much is unpacked: no candles pack better than one in 100, and what is
// small may.
const (
	unpackedMost  = 8 << 30
	unpackedTimes = 100
	unpackedLeast = 16 << 20
)

const (
	gzipMagic = "\x1f\x8b"
	zipMagic  = "PK\x03\x04"
	zipNone   = "PK\x05\x06" // a zip of nothing
)

// packed reports whether content, which it begins, is packed as a whole.
func packed(content []byte) bool {
	return bytes.HasPrefix(content, []byte(gzipMagic)) || bytes.HasPrefix(content, []byte(zipMagic)) || bytes.HasPrefix(content, []byte(zipNone))
}

// unpack calls visit with a file, or with each file of an archive, whose names
// are then the entries. None of them is in memory. What unpacks to more than the
// option allows, or than its own size makes likely, is refused when so much of it
// was read.
func unpack(name string, in io.ReaderAt, size int64, opt *Options, visit func(entry string, o *origin) error) error {
	u := &unpacking{name: name, in: in, size: size, left: opt.Unpacked, visit: visit}
	if u.left <= 0 {
		u.left = unpackedMost
	}
	u.left = min(u.left, max(unpackedLeast, unpackedTimes*size))
	magic := make([]byte, len(zipMagic))
	n, err := in.ReadAt(magic, 0)
	magic = magic[:n]
	switch {
	case err != nil && err != io.EOF:
		err = &data.InputError{Reason: err.Error()}
	case bytes.HasPrefix(magic, []byte(gzipMagic)):
		err = u.gzip()
	case packed(magic):
		err = u.zip()
	default:
		err = visit("", plainOrigin(in, size))
	}
	if in, ok := err.(*data.InputError); ok && in.File == "" {
		in.File = name
	}
	return err
}

type unpacking struct {
	name  string
	in    io.ReaderAt
	size  int64
	left  int64 // bytes that may still be unpacked
	visit func(entry string, o *origin) error
}

func (u *unpacking) gzip() error {
	tail := make([]byte, min(u.size, 8))
	if _, err := u.in.ReadAt(tail, u.size-int64(len(tail))); err != nil && err != io.EOF {
		return damaged(err)
	}
	o := &origin{told: Unpacked(tail), left: u.left, packed: true, open: func() (io.ReadCloser, error) {
		r, err := gzip.NewReader(io.NewSectionReader(u.in, 0, u.size))
		if err != nil {
			return nil, &data.InputError{Reason: "no gzip file: " + err.Error(), Hint: "fetch it again"}
		}
		return r, nil
	}}
	if o.told > o.left {
		return errTooMuch()
	}
	return u.visit("", o)
}

// Unpacked is how long the file is that a gzip file was made of, as its last
// bytes, tail, tell; longer ones tell it modulo 4 GiB.
func Unpacked(tail []byte) int64 {
	if len(tail) < 4 {
		return 0
	}
	return int64(binary.LittleEndian.Uint32(tail[len(tail)-4:]))
}

const tooMuch = "it unpacks to more than can be candles, or than is allowed"

const tooMuchHint = "this may be a zip bomb: unpack it elsewhere and look, and give the files that were in it"

func errTooMuch() error { return &data.InputError{Reason: tooMuch, Hint: tooMuchHint} }

func (u *unpacking) zip() error {
	if err := zipEnd(u.in, u.size); err != nil {
		return err
	}
	z, err := zip.NewReader(u.in, u.size)
	if err != nil {
		return &data.InputError{Reason: "no zip file that can be read: " + err.Error(), Hint: "fetch it again"}
	}
	files := 0
	for _, f := range z.File {
		if strings.HasSuffix(f.Name, "/") || strings.HasPrefix(f.Name, "__MACOSX/") || path.Base(f.Name) == ".DS_Store" {
			continue
		}
		files++
		if err := u.entry(f); err != nil {
			return err
		}
	}
	if files == 0 {
		return &data.InputError{Reason: "a zip without a file in it"}
	}
	return nil
}

func (u *unpacking) entry(f *zip.File) error {
	fail := func(reason, hint string) error {
		return &data.InputError{File: u.name + "/" + strings.ToValidUTF8(f.Name, "?"), Reason: reason, Hint: hint}
	}
	clean := path.Clean(strings.ReplaceAll(f.Name, `\`, "/"))
	switch {
	case path.IsAbs(clean) || clean == ".." || strings.HasPrefix(clean, "../") || strings.ContainsAny(f.Name, "\x00:") || f.Name != strings.ToValidUTF8(f.Name, "?"):
		return fail("the name of this file in the zip leads out of it", "take no archives from where this one came")
	case f.Flags&1 != 0:
		return fail("the file is encrypted", "unpack it first")
	case f.UncompressedSize64 > uint64(u.left):
		return fail(tooMuch, tooMuchHint)
	}
	o := &origin{told: int64(f.UncompressedSize64), left: u.left, packed: true, open: f.Open}
	err := u.visit(clean, o)
	u.left -= o.used
	if in, ok := err.(*data.InputError); ok && in.File == "" {
		in.File = u.name + "/" + clean
	}
	return err
}
