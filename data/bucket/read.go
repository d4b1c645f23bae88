package bucket

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/minio/minio-go/v7"

	"mantis/data"
)

// readTries is how often an answer that ended early is asked for again.
const readTries = 5

// Read is the bytes of an object.
func (b *Bucket) Read(name string) ([]byte, error) {
	content, _, err := b.get("read", name)
	return content, err
}

// get reads an object and the tag that names this state of it.
func (b *Bucket) get(op, name string) (content []byte, tag string, err error) {
	key, err := b.key(op, name)
	if err != nil {
		return nil, "", err
	}
	err = b.again(func(ctx context.Context) error {
		content, tag, err = b.getOnce(ctx, key)
		return err
	})
	if err != nil {
		return nil, "", b.fault(op, name, err)
	}
	return content, tag, nil
}

func (b *Bucket) getOnce(ctx context.Context, key string) ([]byte, string, error) {
	body, info, _, err := b.client.GetObject(ctx, b.address.bucket, key, minio.GetObjectOptions{})
	if err != nil {
		return nil, "", err
	}
	defer body.Close()
	var content bytes.Buffer
	content.Grow(int(min(max(info.Size, 0), 1<<26)) + bytes.MinRead)
	if _, err := content.ReadFrom(body); err != nil {
		return nil, "", fmt.Errorf("%w after %d of %d bytes: %w", io.ErrUnexpectedEOF, content.Len(), info.Size, err)
	}
	if int64(content.Len()) != info.Size {
		return nil, "", fmt.Errorf("%w: %d bytes, want %d", io.ErrUnexpectedEOF, content.Len(), info.Size)
	}
	return content.Bytes(), info.ETag, nil
}

// again runs a reading request until its answer does not end early. Requests
// that fail before that are repeated, with growing pauses, by the client.
func (b *Bucket) again(request func(ctx context.Context) error) (err error) {
	ctx, cancel := b.begin()
	defer cancel()
	for range readTries {
		if err = request(ctx); !isCut(err) || ctx.Err() != nil {
			break
		}
	}
	return err
}

// Stat tells of an object without reading it.
func (b *Bucket) Stat(name string) (data.Object, error) {
	key, err := b.key("stat", name)
	if err != nil {
		return data.Object{}, err
	}
	ctx, cancel := b.begin()
	defer cancel()
	info, err := b.client.StatObject(ctx, b.address.bucket, key, minio.StatObjectOptions{})
	if err != nil {
		return data.Object{}, b.fault("stat", name, err)
	}
	return data.Object{Name: name, Size: info.Size, Modified: info.LastModified}, nil
}

// List tells of every object whose name begins with prefix, by name.
func (b *Bucket) List(prefix string) (objects []data.Object, err error) {
	err = b.again(func(ctx context.Context) error {
		objects, err = b.list(ctx, prefix, 0)
		return err
	})
	if err != nil {
		return nil, b.fault("list", prefix, err)
	}
	slices.SortFunc(objects, func(x, y data.Object) int { return cmp.Compare(x.Name, y.Name) })
	return objects, nil
}

// IsEmpty tells whether there is no object at the place, in one request.
func (b *Bucket) IsEmpty() (empty bool, err error) {
	err = b.again(func(ctx context.Context) error {
		objects, err := b.list(ctx, "", 1)
		empty = len(objects) == 0
		return err
	})
	return empty, b.fault("list", "", err)
}

// list lists objects page by page until it has most of them; 0 is all.
func (b *Bucket) list(ctx context.Context, prefix string, most int) (objects []data.Object, err error) {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	below := b.full("")
	opts := minio.ListObjectsOptions{Prefix: below + prefix, Recursive: true}
	if most > 0 {
		opts.MaxKeys = most + 1 // and the bucket's own
	}
	for o := range b.client.ListObjectsIter(ctx, b.address.bucket, opts) {
		if o.Err != nil {
			return nil, o.Err
		}
		name := strings.TrimPrefix(o.Key, below)
		if strings.HasPrefix(name, own) || strings.HasSuffix(name, "/") { // what other programs make for directories
			continue
		}
		objects = append(objects, data.Object{Name: name, Size: o.Size, Modified: o.LastModified})
		if most > 0 && len(objects) == most {
			return objects, nil
		}
	}
	return objects, ctx.Err() // a listing that is cancelled just ends
}
