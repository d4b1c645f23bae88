package bucket

import (
	"cmp"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"strings"

	"github.com/minio/minio-go/v7"
	"github.com/minio/minio-go/v7/pkg/credentials"
	"github.com/minio/minio-go/v7/pkg/s3utils"

	"mantis/data"
)

// Scheme begins the address of every bucket.
const Scheme = "s3://"

// form is the hint where an address is wrong.
const form = "want s3://BUCKET/PREFIX, or s3://BUCKET/PREFIX?endpoint=http://127.0.0.1:9000&region=us-east-1"

// address is where a bucket is.
type address struct {
	bucket, prefix string // the prefix has no slash at its ends
	query          string // endpoint and region as people gave them
	endpoint       *url.URL
	region         string // "" where the server is asked for it
}

// parseAddress reads s3://bucket/prefix?endpoint=…&region=…. What the query
// leaves out is looked up in AWS_ENDPOINT_URL_S3 and AWS_ENDPOINT_URL, in
// AWS_REGION and AWS_DEFAULT_REGION. No error repeats the address: somebody may
// have put keys into it.
func parseAddress(where string) (address, error) {
	wrong := func(reason string) (address, error) {
		return address{}, data.WithHint(fmt.Errorf("%w: address of a bucket: %s", data.ErrStore, reason), form)
	}
	u, err := url.Parse(where)
	switch {
	case err != nil:
		return wrong("it is no URL")
	case u.User != nil:
		return address{}, data.WithHint(fmt.Errorf("%w: address of a bucket: keys do not belong there", data.ErrStore), keysHint)
	case u.Scheme+"://" != Scheme || u.Fragment != "":
		return wrong("it is no s3://BUCKET/PREFIX")
	}
	if err := s3utils.CheckValidBucketName(u.Host); err != nil {
		return wrong(fmt.Sprintf("bucket %q: %v", u.Host, err))
	}
	a := address{bucket: u.Host, prefix: strings.Trim(u.Path, "/"), query: u.RawQuery}
	if a.prefix != "" && !fs.ValidPath(a.prefix) {
		return wrong(fmt.Sprintf("prefix %q: not a plain path", a.prefix))
	}
	query, err := url.ParseQuery(u.RawQuery)
	if err != nil {
		return wrong("what follows the question mark cannot be read")
	}
	for name, values := range query {
		if name != "endpoint" && name != "region" || len(values) != 1 || values[0] == "" {
			return wrong("only one endpoint and one region may follow the question mark")
		}
	}
	endpoint := cmp.Or(query.Get("endpoint"), os.Getenv("AWS_ENDPOINT_URL_S3"), os.Getenv("AWS_ENDPOINT_URL"), "https://s3.amazonaws.com")
	if a.endpoint, err = parseEndpoint(endpoint); err != nil {
		return wrong(err.Error())
	}
	a.region = cmp.Or(query.Get("region"), os.Getenv("AWS_REGION"), os.Getenv("AWS_DEFAULT_REGION"))
	if a.region == "" && !a.amazon() {
		a.region = "us-east-1"
	}
	return a, nil
}

// parseEndpoint reads the address of a server.
func parseEndpoint(text string) (*url.URL, error) {
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Hostname() == "" {
		return nil, errors.New("endpoint: want http://HOST:PORT or https://HOST:PORT")
	}
	if u.User != nil || strings.Trim(u.Path, "/") != "" || u.RawQuery != "" || u.Fragment != "" {
		return nil, errors.New("endpoint: only a scheme, a host and a port belong there")
	}
	u.Path = ""
	return u, nil
}

// String is the address as people gave it.
func (a address) String() string {
	s := Scheme + a.bucket
	if a.prefix != "" {
		s += "/" + a.prefix
	}
	if a.query != "" {
		s += "?" + a.query
	}
	return s
}

func (a address) amazon() bool { return s3utils.IsAmazonEndpoint(*a.endpoint) }

// client speaks with the server that the address names. The keys are those of
// the environment, or else of the shared credentials file; without any, requests
// go out unsigned.
func (a address) client() (*minio.Core, error) {
	secure := a.endpoint.Scheme == "https"
	transport, err := minio.DefaultTransport(secure)
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", data.ErrStore, a, err)
	}
	lookup := minio.BucketLookupPath
	if a.amazon() {
		lookup = minio.BucketLookupAuto
	}
	client, err := minio.NewCore(a.endpoint.Host, &minio.Options{
		Creds:        credentials.NewChainCredentials([]credentials.Provider{&credentials.EnvAWS{}, &credentials.FileAWSCredentials{}}),
		Secure:       secure,
		Transport:    transport,
		Region:       a.region,
		BucketLookup: lookup,
	})
	if err != nil {
		return nil, fmt.Errorf("%w %s: %w", data.ErrStore, a, err)
	}
	return client, nil
}
