package bucket

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"mantis/data"
)

// unset takes away what this machine may say about buckets.
func unset(t *testing.T) {
	for _, name := range []string{
		"AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL", "AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ACCESS_KEY_ID", "AWS_ACCESS_KEY",
		"AWS_SECRET_ACCESS_KEY", "AWS_SECRET_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE", "AWS_SHARED_CREDENTIALS_FILE",
	} {
		t.Setenv(name, "")
	}
}

func TestParseAddress(t *testing.T) {
	for _, c := range []struct {
		where, env                       string // env is NAME=VALUE NAME=VALUE
		bucket, prefix, endpoint, region string
	}{
		{"s3://lake", "", "lake", "", "https://s3.amazonaws.com", ""},
		{"s3://lake/", "AWS_REGION=eu-central-1", "lake", "", "https://s3.amazonaws.com", "eu-central-1"},
		{"s3://lake/a/b/", "AWS_DEFAULT_REGION=x AWS_REGION=y", "lake", "a/b", "https://s3.amazonaws.com", "y"},
		{"s3://lake/a%20b", "AWS_DEFAULT_REGION=x", "lake", "a b", "https://s3.amazonaws.com", "x"},
		{"s3://lake/a?endpoint=http://127.0.0.1:9000", "AWS_ENDPOINT_URL_S3=http://other", "lake", "a", "http://127.0.0.1:9000", "us-east-1"},
		{"s3://lake?endpoint=http://h:1/&region=r", "AWS_REGION=x", "lake", "", "http://h:1", "r"},
		{"s3://lake", "AWS_ENDPOINT_URL=http://a AWS_ENDPOINT_URL_S3=http://b", "lake", "", "http://b", "us-east-1"},
		{"s3://lake", "AWS_ENDPOINT_URL=http://a", "lake", "", "http://a", "us-east-1"},
	} {
		unset(t)
		for _, pair := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(pair, "=")
			t.Setenv(name, value)
		}
		a, err := parseAddress(c.where)
		if err != nil {
			t.Errorf("%s: %v", c.where, err)
			continue
		}
		if a.bucket != c.bucket || a.prefix != c.prefix || a.endpoint.String() != c.endpoint || a.region != c.region {
			t.Errorf("%s with %s: %q %q %q %q", c.where, c.env, a.bucket, a.prefix, a.endpoint, a.region)
		}
		again, err := parseAddress(a.String())
		if err != nil || again.String() != a.String() || again.prefix != a.prefix {
			t.Errorf("%s is told as %s, which is %+v, %v", c.where, a, again, err)
		}
	}
}

func TestParseAddressRefuses(t *testing.T) {
	unset(t)
	for _, where := range []string{
		"s3://", "s3:///a", "s3:lake", "http://lake", "s3://la", "s3://la/..", "s3://lake/a/../b", "s3://lake/a//b", "s3://lake/./a", "s3://lake#a",
		"s3://lake?endpoint=127.0.0.1:9000", "s3://lake?endpoint=ftp://h", "s3://lake?endpoint=http://h/below", "s3://lake?endpoint=", "s3://lake?regoin=x",
		"s3://lake?region=a&region=b", "s3://lake?endpoint=http://key:secret@h", "s3://key:secret@lake", "s3://key:secret@lake/%zz", "s3://lake?secret=%zz",
	} {
		_, err := parseAddress(where)
		if !errors.Is(err, data.ErrStore) || data.Hint(err) == "" {
			t.Errorf("%s: %v, %q", where, err, data.Hint(err))
		}
		if err != nil && strings.Contains(err.Error()+data.Hint(err), "secret") && where != "s3://lake?secret=%zz" {
			t.Errorf("%s: the secret is told: %v", where, err)
		}
	}
}

// TestNames holds what other programs are told of objects.
func TestNames(t *testing.T) {
	for where, want := range map[string]string{"lake": "s3://lake/data/x", "lake/a/b": "s3://lake/a/b/data/x"} {
		b := open(t, "http://127.0.0.1:9", where)
		if got := b.Path("data/x"); got != want {
			t.Errorf("%s, want %s", got, want)
		}
	}
	b := open(t, "http://127.0.0.1:9", "lake")
	for _, name := range []string{"", ".", "/a", "a/", "a//b", "a/../b", "../a", "tmp", "tmp/a"} {
		if _, err := b.Read(name); err == nil || errors.Is(err, os.ErrNotExist) {
			t.Errorf("%q is read: %v", name, err)
		}
		if err := errors.Join(b.Write(name, nil), b.Remove(name)); err == nil {
			t.Errorf("%q is written", name)
		}
	}
}

// TestKeys finds keys in the environment, then in the shared file.
func TestKeys(t *testing.T) {
	unset(t)
	file := filepath.Join(t.TempDir(), "credentials")
	if err := os.WriteFile(file, []byte("[default]\naws_access_key_id = of-file\naws_secret_access_key = s\n[other]\naws_access_key_id = of-other\naws_secret_access_key = s\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct{ env, want string }{
		{"AWS_ACCESS_KEY_ID=of-env AWS_SECRET_ACCESS_KEY=s AWS_SHARED_CREDENTIALS_FILE=" + file, "of-env"},
		{"AWS_SHARED_CREDENTIALS_FILE=" + file, "of-file"},
		{"AWS_PROFILE=other AWS_SHARED_CREDENTIALS_FILE=" + file, "of-other"},
		{"AWS_SHARED_CREDENTIALS_FILE=" + file + ".none", ""},
	} {
		unset(t)
		for _, pair := range strings.Fields(c.env) {
			name, value, _ := strings.Cut(pair, "=")
			t.Setenv(name, value)
		}
		keys, err := open(t, "http://127.0.0.1:9", "lake").client.GetCreds()
		if err != nil || keys.AccessKeyID != c.want {
			t.Errorf("%s: %q, %v", c.env, keys.AccessKeyID, err)
		}
	}
}
