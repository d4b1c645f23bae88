// Package bucket keeps a store in a bucket of an S3-compatible object store.
// FORMAT.md, section Buckets, says what lies where and what the server must do.
package bucket

import (
	"context"
	"io/fs"
	"path"
	"strings"
	"sync"
	"time"

	"github.com/minio/minio-go/v7"
)

// Bucket is a place at a prefix of a bucket. It has no locks: conditional
// writes alone keep writers apart. What is written is safe at once.
type Bucket struct {
	ctx      context.Context // ends every request
	client   *minio.Core
	address  address
	patience time.Duration // for a request and its repetitions

	mu     sync.Mutex
	proven bool // the server has refused a conditional write
}

// Open is the place at an address like s3://bucket/prefix. It sends nothing; every
// later request ends when the context does. The bucket must be there by then.
func Open(ctx context.Context, where string) (*Bucket, error) {
	a, err := parseAddress(where)
	if err != nil {
		return nil, err
	}
	client, err := a.client()
	if err != nil {
		return nil, err
	}
	return &Bucket{ctx: ctx, client: client, address: a, patience: 5 * time.Minute}, nil
}

// String is the bucket as people name it, without keys.
func (b *Bucket) String() string { return b.address.String() }

// Path is the address of an object, as other programs take it.
func (b *Bucket) Path(name string) string {
	return "s3://" + path.Join(b.address.bucket, b.address.prefix, name)
}

// own is where the bucket keeps what is no object of the place.
const own = "tmp/"

// key is the key of an object, or says that no object may bear the name.
func (b *Bucket) key(op, name string) (string, error) {
	if !fs.ValidPath(name) || name == "." || strings.HasPrefix(name+"/", own) {
		return "", &fs.PathError{Op: op, Path: name, Err: fs.ErrInvalid}
	}
	return b.full(name), nil
}

// full puts a name, or the beginning of one, below the prefix.
func (b *Bucket) full(name string) string {
	if b.address.prefix == "" {
		return name
	}
	return b.address.prefix + "/" + name
}

// begin is the context of one request and its repetitions.
func (b *Bucket) begin() (context.Context, context.CancelFunc) {
	return context.WithTimeout(b.ctx, b.patience)
}

// Sync has nothing to do: a server answers a write when it is safe.
func (b *Bucket) Sync() error { return nil }

// Lock returns at once: a bucket has no locks.
func (b *Bucket) Lock(ctx context.Context, _ bool) (unlock func(), err error) {
	return func() {}, ctx.Err()
}
