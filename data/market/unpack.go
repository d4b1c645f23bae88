package market

import (
	"bytes"
	"encoding/binary"
	"errors"
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

// packed reports whether content is packed as a whole.
func packed(content []byte) bool {
	return bytes.HasPrefix(content, []byte(gzipMagic)) || bytes.HasPrefix(content, []byte(zipMagic)) || bytes.HasPrefix(content, []byte(zipNone))
}

// unpack calls visit with a file, or with each file of an archive, whose names
// are then the entries. One at a time is in memory. What is packed twice is
// refused, as is what unpacks to more than the option allows or than its own
// size makes likely.
func unpack(name string, content []byte, opt *Options, visit func(entry string, content []byte) error) error {
	u := &unpacking{name: name, left: opt.Unpacked, once: visit}
	if u.left <= 0 {
		u.left = unpackedMost
	}
	u.left = min(u.left, max(unpackedLeast, unpackedTimes*int64(len(content))))
	var err error
	switch {
	case bytes.HasPrefix(content, []byte(gzipMagic)):
		err = u.gzip(content)
	case packed(content):
		err = u.zip(content)
	default:
		err = visit("", content)
	}
	if in, ok := err.(*data.InputError); ok && in.File == "" {
		in.File = name
	}
	return err
}

type unpacking struct {
	name string
	left int64 // bytes that may still be unpacked
	once func(entry string, content []byte) error
}

func (u *unpacking) visit(entry string, content []byte) error {
	if packed(content) {
		return &data.InputError{Reason: "packed twice", Hint: "unpack it once"}
	}
	return u.once(entry, content)
}

func (u *unpacking) gzip(content []byte) error {
	r, err := gzip.NewReader(bytes.NewReader(content))
	if err != nil {
		return &data.InputError{Reason: "no gzip file: " + err.Error(), Hint: "fetch it again"}
	}
	told := Unpacked(content[len(content)-min(len(content), 8):])
	if told > u.left {
		return errTooMuch()
	}
	out, err := u.all(r, told)
	if err != nil {
		return err
	}
	return u.visit("", out)
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

func errTooMuch() error {
	return &data.InputError{Reason: tooMuch, Hint: "this may be a zip bomb: unpack it elsewhere and look"}
}

// all unpacks what r reads, told to be so many bytes.
func (u *unpacking) all(r io.Reader, told int64) ([]byte, error) {
	var out bytes.Buffer
	out.Grow(int(min(told, u.left)) + bytes.MinRead)
	n, err := out.ReadFrom(io.LimitReader(r, u.left+1))
	if u.left -= n; u.left < 0 {
		return nil, errTooMuch()
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return nil, &data.InputError{Reason: "the packed file is cut short", Hint: "fetch it again"}
	case err != nil:
		return nil, &data.InputError{Reason: "the packed file is damaged: " + err.Error(), Hint: "fetch it again"}
	}
	return out.Bytes(), nil
}

func (u *unpacking) zip(content []byte) error {
	if err := zipEnd(content); err != nil {
		return err
	}
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
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
		return fail(tooMuch, "this may be a zip bomb: unpack it elsewhere and look")
	}
	r, err := f.Open()
	if err != nil {
		return fail("the file cannot be unpacked: "+err.Error(), "")
	}
	defer r.Close()
	out, err := u.all(r, int64(min(f.UncompressedSize64, 1<<40)))
	if err == nil {
		err = u.visit(clean, out)
	}
	if in, ok := err.(*data.InputError); ok && in.File == "" {
		in.File = u.name + "/" + clean
	}
	return err
}

// zipEnd looks for the end record, which has to end the file.
func zipEnd(content []byte) error {
	const size = 22
	at := bytes.LastIndex(content[max(0, len(content)-size-1<<16):], []byte(zipNone))
	if at < 0 {
		return &data.InputError{Reason: "the zip is cut short: its directory is missing", Hint: "fetch it again"}
	}
	end := content[max(0, len(content)-size-1<<16)+at:]
	if len(end) < size || len(end) != size+int(end[20])+int(end[21])<<8 {
		return &data.InputError{Reason: "bytes follow the end of the zip, or some are missing", Hint: "fetch it again"}
	}
	return nil
}
