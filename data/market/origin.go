package market

import (
	"errors"
	"fmt"
	"io"

	"mantis/data"
)

// origin is where the bytes of a file come from, packed or not. They can be read
// from the beginning as often as is wanted, so that nobody has to hold on to
// them.
type origin struct {
	told int64 // how many bytes there are, as is said: for packed files, not to be believed
	left int64 // how many there may be
	used int64 // how many were read at most
	open func() (io.ReadCloser, error)

	packed bool // the bytes are those of something packed
}

// plainOrigin is a file that is not packed.
func plainOrigin(in io.ReaderAt, size int64) *origin {
	return &origin{told: size, left: size, open: func() (io.ReadCloser, error) {
		return io.NopCloser(io.NewSectionReader(in, 0, size)), nil
	}}
}

// reader reads from the beginning; its errors are *data.InputError.
func (o *origin) reader() (*originReader, error) {
	in, err := o.open()
	if err != nil {
		return nil, damaged(err)
	}
	return &originReader{in: in, of: o}, nil
}

type originReader struct {
	in io.ReadCloser
	of *origin
	n  int64
}

func (r *originReader) Read(b []byte) (int, error) {
	n, err := r.in.Read(b)
	r.n += int64(n)
	r.of.used = max(r.of.used, r.n)
	if r.n > r.of.left {
		return 0, errTooMuch()
	}
	if err != nil && err != io.EOF {
		err = damaged(err)
	}
	return n, err
}

// Close gives back what unpacking took.
func (r *originReader) Close() error { return r.in.Close() }

func damaged(err error) error {
	switch {
	case errors.As(err, new(*data.InputError)):
		return err
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &data.InputError{Reason: "the packed file is cut short", Hint: "fetch it again"}
	}
	return &data.InputError{Reason: "the file is damaged, or cannot be read: " + err.Error(), Hint: "fetch it again"}
}

// lines begins a text.
func (o *origin) lines(most limits) (*lines, *originReader, error) {
	r, err := o.reader()
	if err != nil {
		return nil, nil, err
	}
	return newLines(r, min(o.told, o.left), most, nil), r, nil
}

// whole is all bytes of a file of a kind that is read whole.
func (o *origin) whole(kind string, most int) ([]byte, error) {
	size := max(o.told, 0)
	for {
		if size > int64(most) {
			return nil, &data.InputError{Reason: fmt.Sprintf("%s of more than %s bytes, and such files are read whole", kind, data.Thousands(most)),
				Hint: "cut it into files of years, or convert it to CSV, which is read piece by piece"}
		}
		r, err := o.reader()
		if err != nil {
			return nil, err
		}
		content := make([]byte, size+1)
		n, err := io.ReadFull(r, content)
		if err == nil { // more than is told: how much?
			var more int64
			more, err = io.Copy(io.Discard, io.LimitReader(r, int64(most)-size))
			size += 1 + more
		} else if err == io.EOF || err == io.ErrUnexpectedEOF {
			r.Close()
			return content[:n], nil
		}
		r.Close()
		if err != nil {
			return nil, err
		}
	}
}
