package bucket

import (
	"context"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"slices"

	"github.com/minio/minio-go/v7"

	"mantis/data"
)

// keysHint says where keys belong.
const keysHint = "give the keys in AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or in the shared credentials file"

// fault is an error about an object, in the words of fs, and with advice.
func (b *Bucket) fault(op, name string, err error) error {
	if err == nil {
		return nil
	}
	wrapped := fmt.Errorf("%s %s: %w", op, b.Path(name), err)
	if isAbsent(err) {
		return &fs.PathError{Op: op, Path: b.Path(name), Err: fs.ErrNotExist}
	}
	var unreachable *url.Error
	answer := minio.ToErrorResponse(err)
	switch {
	case answer.Code == minio.NoSuchBucket:
		return data.WithHint(wrapped, "mantis makes no buckets: make it first, or name another store with --store")
	case slices.Contains([]int{http.StatusUnauthorized, http.StatusForbidden, http.StatusNotFound}, answer.StatusCode):
		return data.WithHint(wrapped, keysHint+"; they must be allowed to list the bucket and to get, put and delete its objects")
	case answer.StatusCode == http.StatusMovedPermanently || answer.Code == minio.AuthorizationHeaderMalformed || answer.Code == minio.InvalidRegion:
		return data.WithHint(wrapped, "name the bucket's region, as in s3://BUCKET/PREFIX?region=eu-central-1")
	case errors.As(err, &unreachable) || errors.Is(err, context.DeadlineExceeded):
		return data.WithHint(wrapped, "is the server of "+b.address.endpoint.String()+" there? An endpoint is named as in s3://BUCKET/PREFIX?endpoint=http://127.0.0.1:9000")
	}
	return data.WithHint(wrapped, "try again; the store is as sound as before")
}

// isAbsent tells whether a server says that there is no such object. That there
// is no such bucket is another matter.
func isAbsent(err error) bool { return minio.ToErrorResponse(err).Code == minio.NoSuchKey }

// isRefused tells whether a server says that the condition of a write does not
// hold. A condition on the bytes of an object that is gone does not hold either.
func isRefused(err error) bool {
	return minio.ToErrorResponse(err).StatusCode == http.StatusPreconditionFailed || isAbsent(err)
}

// isConflict tells whether a server says that another write is under way, and
// so not whether the condition holds.
func isConflict(err error) bool { return minio.ToErrorResponse(err).StatusCode == http.StatusConflict }

// isCut tells whether an answer began well and ended early.
func isCut(err error) bool {
	var syntax *xml.SyntaxError
	return errors.Is(err, io.ErrUnexpectedEOF) || errors.As(err, &syntax)
}
