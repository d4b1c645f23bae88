package buckettest

import (
	"fmt"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
)

// made counts the buckets that tests have made.
var made atomic.Int64

// Real makes a bucket at the server that MANTIS_S3_ENDPOINT names, with the
// keys of the environment, and skips the test where it names none. .ci/s3
// starts such a server.
func Real(t testing.TB) (endpoint, bucket string) {
	t.Helper()
	endpoint = os.Getenv("MANTIS_S3_ENDPOINT")
	if endpoint == "" {
		t.Skip("MANTIS_S3_ENDPOINT names no server")
	}
	u, err := url.Parse(endpoint)
	if err != nil {
		t.Fatal(err)
	}
	client, err := minio.New(u.Host, &minio.Options{Creds: credentials.NewEnvAWS(), Secure: u.Scheme == "https", BucketLookup: minio.BucketLookupPath})
	if err != nil {
		t.Fatal(err)
	}
	bucket = fmt.Sprintf("mantis-%d-%d", time.Now().UnixMicro(), made.Add(1))
	if err := client.MakeBucket(t.Context(), bucket, minio.MakeBucketOptions{Region: os.Getenv("AWS_REGION")}); err != nil {
		t.Fatal(err)
	}
	return strings.TrimSuffix(endpoint, "/"), bucket
}
