package bucket

import (
	"errors"
	"net/http"
	"strings"

	"github.com/minio/minio-go/v7"

	"mantis/data"
)

// trial is an object that is written to see what the server does. It stays, so
// that writers that try at the same time do not disturb each other.
const trial = own + "conditional"

// prove makes sure, before the first Swap, that the server refuses a write
// whose condition does not hold. With one that takes it, two writers could each
// believe to be the only one.
func (b *Bucket) prove() error {
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.proven {
		return nil
	}
	refused, err := b.try(condition{absent: true})
	if err == nil && !refused { // the object was not there, or the server does not look
		refused, err = b.try(condition{absent: true})
	}
	if err == nil && refused {
		refused, err = b.try(condition{tag: strings.Repeat("0", 32)})
	}
	if err == nil && !refused {
		err = data.WithHint(errors.New("the server does not hold writes to their conditions, so two runs at once could spoil the store"),
			"take a server that enforces If-None-Match and If-Match on PUT, as Amazon S3 does, or a directory")
	}
	b.proven = err == nil
	return err
}

// try writes the trial object under a condition, and tells whether the server
// refuses. One that does not know of conditions has not refused.
func (b *Bucket) try(only condition) (refused bool, err error) {
	ctx, cancel := b.begin()
	defer cancel()
	err = b.put(ctx, b.full(trial), []byte("mantis was here\n"), only)
	switch {
	case isRefused(err) || isConflict(err):
		return true, nil
	case minio.ToErrorResponse(err).StatusCode == http.StatusNotImplemented:
		return false, nil
	}
	return false, b.fault("write", trial, err)
}
