package bucket

import (
	"fmt"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"

	"mantis/data"
	"mantis/data/bucket/buckettest"
	"mantis/data/placetest"
)

// serve starts a server in memory and gives it keys.
func serve(t *testing.T) (*buckettest.Server, string) {
	t.Helper()
	t.Setenv("AWS_ACCESS_KEY_ID", "mantis")
	t.Setenv("AWS_SECRET_ACCESS_KEY", "mantis-secret")
	server := buckettest.New()
	web := httptest.NewServer(server)
	t.Cleanup(web.Close)
	return server, web.URL
}

// open is a bucket at a server, or ends the test.
func open(t *testing.T, endpoint, where string) *Bucket {
	t.Helper()
	b, err := Open(t.Context(), Scheme+where+"?endpoint="+endpoint)
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func TestPlace(t *testing.T) {
	_, endpoint := serve(t)
	prefixes := 0
	placetest.Test(t, func(t *testing.T) data.Place {
		prefixes++
		return open(t, endpoint, fmt.Sprintf("lake/a prefix/%d", prefixes))
	})
	placetest.Test(t, func(t *testing.T) data.Place {
		prefixes++
		return open(t, endpoint, fmt.Sprintf("lake-%d", prefixes))
	})
}

// realEndpoint is the server that MANTIS_S3_ENDPOINT names; .ci/s3 starts it.
func realEndpoint(t *testing.T) string {
	t.Helper()
	endpoint := os.Getenv("MANTIS_S3_ENDPOINT")
	if endpoint == "" {
		t.Skip("MANTIS_S3_ENDPOINT names no server")
	}
	return endpoint
}

// buckets counts the buckets that tests have made.
var buckets atomic.Int64

// newBucket makes a bucket at a real server.
func newBucket(t *testing.T, endpoint string) *Bucket {
	t.Helper()
	name := fmt.Sprintf("mantis-%d-%d", time.Now().UnixMicro(), buckets.Add(1))
	b := open(t, endpoint, name+"/lake")
	if err := b.client.MakeBucket(t.Context(), name, minio.MakeBucketOptions{Region: b.address.region}); err != nil {
		t.Fatal(err)
	}
	return b
}

func TestRealPlace(t *testing.T) {
	endpoint := realEndpoint(t)
	placetest.Test(t, func(t *testing.T) data.Place { return newBucket(t, endpoint) })
}
