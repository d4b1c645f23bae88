package bucket

import (
	"bytes"
	"context"
	"errors"
	"io/fs"
	"net/http/httptrace"
	"sync/atomic"
	"time"

	"github.com/minio/minio-go/v7"

	"mantis/data"
)

// Write keeps bytes under a name. They are safe when it returns.
func (b *Bucket) Write(name string, content []byte) error {
	key, err := b.key("write", name)
	if err != nil {
		return err
	}
	ctx, cancel := b.begin()
	defer cancel()
	return b.fault("write", name, b.put(ctx, key, content, condition{}))
}

// condition is what a server holds a write to.
type condition struct {
	absent bool   // there is no such object
	tag    string // the object is in this state
}

// put writes an object in one request, with a checksum that the server holds it
// against.
func (b *Bucket) put(ctx context.Context, key string, content []byte, only condition) error {
	opts := minio.PutObjectOptions{DisableMultipart: true, SendContentMd5: true}
	if only.absent {
		opts.SetMatchETagExcept("*")
	} else if only.tag != "" {
		opts.SetMatchETag(only.tag)
	}
	_, err := b.client.Client.PutObject(ctx, b.address.bucket, key, bytes.NewReader(content), int64(len(content)), opts)
	return err
}

// swapTries is how often a write is tried again that the server neither took
// nor refused, because another was under way.
const swapTries = 8

// Swap replaces an object in one step if its bytes are still old.
func (b *Bucket) Swap(name string, old, content []byte) error {
	if err := b.prove(); err != nil {
		return err
	}
	unsure, pause := false, 10*time.Millisecond
	for try := 1; ; try++ {
		sent, err := b.swap(name, old, content)
		unsure = unsure || sent > 1
		switch {
		case errors.Is(err, data.ErrChanged) && unsure && b.holds(name, content):
			return nil
		case !isConflict(err):
			return err
		case try == swapTries:
			return b.fault("swap", name, data.ErrChanged)
		}
		select {
		case <-b.ctx.Done():
			return b.fault("swap", name, b.ctx.Err())
		case <-time.After(pause):
			pause *= 2
		}
	}
}

// swap is one attempt at Swap, and how often its write went out. A conflict is
// returned as it is.
func (b *Bucket) swap(name string, old, content []byte) (sent int32, err error) {
	key, err := b.key("swap", name)
	if err != nil {
		return 0, err
	}
	only := condition{absent: true}
	if old != nil {
		now, tag, err := b.get("swap", name)
		if errors.Is(err, fs.ErrNotExist) || err == nil && !bytes.Equal(now, old) {
			return 0, data.ErrChanged
		}
		if err != nil {
			return 0, err
		}
		only = condition{tag: tag}
	}
	ctx, cancel := b.begin()
	defer cancel()
	ctx, count := counted(ctx)
	err = b.put(ctx, key, content, only)
	switch {
	case isRefused(err):
		err = data.ErrChanged
	case !isConflict(err):
		err = b.fault("swap", name, err)
	}
	return count.Load(), err
}

// holds tells whether an object has these bytes. Swap asks when a write was
// refused that had gone out more than once: the first may have been taken, its
// answer lost, and the next refused because of the first. If the bytes are
// ours, the write is done. A rival may have written the same bytes instead, but
// then nothing of anybody is lost: the same bytes say the same, and the object
// went from old to them once.
func (b *Bucket) holds(name string, content []byte) bool {
	now, _, err := b.get("swap", name)
	return err == nil && bytes.Equal(now, content)
}

// counted counts the requests that go out under a context.
func counted(ctx context.Context) (context.Context, *atomic.Int32) {
	var sent atomic.Int32
	return httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{WroteHeaders: func() { sent.Add(1) }}), &sent
}

// Remove takes an object away.
func (b *Bucket) Remove(name string) error {
	key, err := b.key("remove", name)
	if err != nil {
		return err
	}
	ctx, cancel := b.begin()
	defer cancel()
	err = b.client.RemoveObject(ctx, b.address.bucket, key, minio.RemoveObjectOptions{})
	if isAbsent(err) {
		return nil
	}
	return b.fault("remove", name, err)
}
