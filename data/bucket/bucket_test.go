package bucket

import (
	"fmt"
	"net/http/httptest"
	"strings"
	"testing"

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

// newBucket is a new bucket at a real server.
func newBucket(t *testing.T) *Bucket {
	t.Helper()
	endpoint, name := buckettest.Real(t)
	return open(t, endpoint, name+"/lake")
}

func TestRealPlace(t *testing.T) {
	newBucket(t)
	placetest.Test(t, func(t *testing.T) data.Place { return newBucket(t) })
}

// TestRealBucketIsMissing tells a bucket that is not there from an object.
func TestRealBucketIsMissing(t *testing.T) {
	endpoint, name := buckettest.Real(t)
	_, err := data.CreateAt(open(t, endpoint, name+"-none"))
	if err == nil || !strings.Contains(data.Hint(err), "make it first") {
		t.Errorf("%v, %s", err, data.Hint(err))
	}
}

// TestRealKeys names what to do about wrong keys.
func TestRealKeys(t *testing.T) {
	endpoint, name := buckettest.Real(t)
	for _, env := range []string{"AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"} {
		t.Run(env, func(t *testing.T) {
			t.Setenv(env, "nobodys-key")
			_, err := data.CreateAt(open(t, endpoint, name))
			if err == nil || !strings.Contains(data.Hint(err), "AWS_ACCESS_KEY_ID") || strings.Contains(err.Error(), "nobodys-key") {
				t.Errorf("%v, %s", err, data.Hint(err))
			}
		})
	}
}
