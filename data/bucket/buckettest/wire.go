package buckettest

import (
	"bufio"
	"bytes"
	"encoding/xml"
	"errors"
	"io"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// answer is an answer that is not sent yet.
type answer struct {
	bytes.Buffer
	head   http.Header
	status int
}

// Header is the header to send.
func (a *answer) Header() http.Header { return a.head }

// WriteHeader keeps the status to send.
func (a *answer) WriteHeader(status int) { a.status = status }

// send sends the answer, or half of its body.
func (a *answer) send(w http.ResponseWriter, r *http.Request, cut bool) {
	for name, values := range a.head {
		w.Header()[name] = values
	}
	if a.status != http.StatusNoContent {
		w.Header().Set("Content-Length", strconv.Itoa(a.Len()))
	}
	if a.status != 0 {
		w.WriteHeader(a.status)
	}
	if r.Method == http.MethodHead {
		return
	}
	if cut {
		w.Write(a.Bytes()[:a.Len()/2])
		http.NewResponseController(w).Flush()
		panic(http.ErrAbortHandler)
	}
	w.Write(a.Bytes())
}

// payload is what a request brings, without the frames of a signed stream:
// each is its length in hex, a semicolon and a signature, a line end, the bytes,
// a line end.
func payload(r *http.Request) ([]byte, error) {
	if !strings.HasPrefix(r.Header.Get("X-Amz-Content-Sha256"), "STREAMING-") {
		return io.ReadAll(r.Body)
	}
	var content []byte
	for in := bufio.NewReader(r.Body); ; {
		line, err := in.ReadString('\n')
		if err != nil {
			return nil, err
		}
		digits, _, _ := strings.Cut(strings.TrimSpace(line), ";")
		size, err := strconv.ParseUint(digits, 16, 24)
		if err != nil {
			return nil, err
		}
		frame := make([]byte, size+2)
		if _, err := io.ReadFull(in, frame); err != nil {
			return nil, err
		}
		content = append(content, frame[:size]...)
		if size == 0 {
			break
		}
	}
	if want := r.Header.Get("X-Amz-Decoded-Content-Length"); want != strconv.Itoa(len(content)) {
		return nil, errors.New("the stream is not as long as it says")
	}
	return content, nil
}

// listed is an object in a listing.
type listed struct {
	Key          string
	LastModified string
	ETag         string
	Size         int
}

// list answers with one page of a bucket's objects, in the order of their keys.
func (s *Server) list(w http.ResponseWriter, r *http.Request, bucket string) {
	q := r.URL.Query()
	most, err := strconv.Atoi(q.Get("max-keys"))
	if err != nil || most > 1000 {
		most = 1000
	}
	var page struct {
		XMLName               xml.Name `xml:"ListBucketResult"`
		EncodingType          string
		IsTruncated           bool
		NextContinuationToken string `xml:",omitempty"`
		Contents              []listed
	}
	page.EncodingType = "url"
	s.mu.Lock()
	for name, o := range s.objects {
		key, ok := strings.CutPrefix(name, bucket+"/")
		if ok && strings.HasPrefix(key, q.Get("prefix")) && key > q.Get("continuation-token") {
			page.Contents = append(page.Contents, listed{key, o.modified.UTC().Format(time.RFC3339), o.tag(), len(o.content)})
		}
	}
	s.mu.Unlock()
	slices.SortFunc(page.Contents, func(a, b listed) int { return strings.Compare(a.Key, b.Key) })
	if len(page.Contents) > most {
		page.Contents, page.IsTruncated = page.Contents[:most], true
		page.NextContinuationToken = page.Contents[most-1].Key
	}
	for i, o := range page.Contents {
		page.Contents[i].Key = url.QueryEscape(o.Key)
	}
	w.Header().Set("Content-Type", "application/xml")
	xml.NewEncoder(w).Encode(page)
}
