package data

import (
	"context"
	"hash"
	"hash/maphash"
	"io"
	"os"
)

// Quick digests bytes in a tenth of the time that SHA-256 takes, and in a way that
// means nothing outside the process: by a key that is drawn at random. It tells
// whether two readings of a file brought the same bytes, where one of them made
// the SHA-256 that the file is known by; that other bytes go unnoticed is a chance
// of one in 2^64.
type Quick struct{ seed maphash.Seed }

// NewQuick draws a key.
func NewQuick() Quick { return Quick{maphash.MakeSeed()} }

// New begins a digest.
func (q Quick) New() hash.Hash {
	h := &maphash.Hash{}
	h.SetSeed(q.seed)
	return h
}

// Sum reads a file once. In what it returns, the ranges have the digest that New
// makes, in hexadecimal digits, all else is SHA-256. It ends where the context does.
func (q Quick) Sum(ctx context.Context, path string, ranges []Range) (*Sum, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	return sumWith(q.New(), untilDone{ctx, f}, ranges)
}

// untilDone is a reader that ends with a context.
type untilDone struct {
	ctx context.Context
	in  io.Reader
}

// Read reads, unless the context has ended.
func (r untilDone) Read(b []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	return r.in.Read(b)
}
