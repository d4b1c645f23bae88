package data

import (
	"bytes"
	"io"

	"github.com/parquet-go/parquet-go/encoding/thrift"
)

// sink is a file on its way out. It keeps the first error and writes nothing
// after it.
type sink struct {
	w   io.Writer
	at  int64 // bytes written so far
	err error

	buf    bytes.Buffer
	thrift *thrift.Encoder // into buf
}

func newSink(w io.Writer) *sink {
	s := &sink{w: w}
	s.thrift = thrift.NewEncoder(new(thrift.CompactProtocol).NewWriter(&s.buf))
	return s
}

func (s *sink) write(b []byte) {
	if s.err == nil {
		n, err := s.w.Write(b)
		s.at, s.err = s.at+int64(n), err
	}
}

// message writes a piece of metadata and tells its length.
func (s *sink) message(v any) int {
	s.buf.Reset()
	s.fail(s.thrift.Encode(v))
	s.write(s.buf.Bytes())
	return s.buf.Len()
}

// fail keeps an error, if it is one and the first.
func (s *sink) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}
