// Package buckettest is an S3-compatible server in memory for tests: what a
// real server does, and on demand what one does once in a million requests.
package buckettest

import (
	"bytes"
	"cmp"
	"crypto/md5"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"
)

// Server serves buckets, which come to be when something is written to them.
// It looks at no signatures.
type Server struct {
	mu      sync.Mutex
	hooks   Hooks
	objects map[string]object // by bucket and key
	counts  map[string]int
}

// Hooks are what goes wrong at a server, or when. The zero value is nothing.
type Hooks struct {
	// Fault is asked before each request, one at a time, what befalls it.
	Fault func(r *http.Request) Fault

	// Ignores are conditions of writes that the server does not look at:
	// If-None-Match, If-Match.
	Ignores []string

	// Before and After are called around what a request does.
	Before, After func(r *http.Request)

	// Slow is called between the check of a condition and the write: with it,
	// the server lets two writers both win.
	Slow func()
}

// object is what a server knows of an object.
type object struct {
	content  []byte
	modified time.Time
}

func (o object) tag() string {
	sum := md5.Sum(o.content)
	return `"` + hex.EncodeToString(sum[:]) + `"`
}

// Fault is what befalls a request. The zero value is nothing.
type Fault struct {
	Status int    // answer so, and do nothing
	Code   string // what S3 calls the status; made of its text where empty
	Reset  bool   // break the connection, and do nothing
	Lost   bool   // do it, and break the connection before the answer
	Cut    bool   // do it, and break the connection amid the answer
}

// New is an empty server.
func New() *Server { return &Server{objects: map[string]object{}, counts: map[string]int{}} }

// Hook sets what goes wrong from the next request on.
func (s *Server) Hook(h Hooks) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.hooks = h
}

// Counts is how many requests of each method came so far; LIST is a GET of a
// bucket.
func (s *Server) Counts() map[string]int {
	s.mu.Lock()
	defer s.mu.Unlock()
	counts := map[string]int{}
	for method, n := range s.counts {
		counts[method] = n
	}
	return counts
}

// Put lays an object into a bucket, past all conditions and faults.
func (s *Server) Put(bucket, key string, content []byte) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.objects[bucket+"/"+key] = object{content, time.Now()}
}

// Take takes an object out of a bucket, past all faults.
func (s *Server) Take(bucket, key string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.objects, bucket+"/"+key)
}

// ServeHTTP answers one request.
func (s *Server) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := payload(r)
	if err != nil {
		refuse(w, r, http.StatusBadRequest, "IncompleteBody")
		return
	}
	bucket, key, _ := strings.Cut(strings.TrimPrefix(r.URL.Path, "/"), "/")
	method := r.Method
	if key == "" && method == http.MethodGet {
		method = "LIST"
	}
	var fault Fault
	s.mu.Lock()
	s.counts[method]++
	hooks := s.hooks
	if hooks.Fault != nil {
		fault = hooks.Fault(r)
	}
	s.mu.Unlock()
	switch {
	case fault.Reset:
		panic(http.ErrAbortHandler)
	case fault.Status != 0:
		refuse(w, r, fault.Status, cmp.Or(fault.Code, strings.ReplaceAll(http.StatusText(fault.Status), " ", "")))
		return
	}
	if hooks.Before != nil {
		hooks.Before(r)
	}
	answer := &answer{head: http.Header{}}
	switch method {
	case "LIST":
		s.list(answer, r, bucket)
	case http.MethodGet, http.MethodHead:
		s.get(answer, r, bucket+"/"+key)
	case http.MethodPut:
		s.put(answer, r, bucket+"/"+key, body, hooks)
	case http.MethodDelete:
		s.Take(bucket, key)
		answer.WriteHeader(http.StatusNoContent)
	default:
		refuse(answer, r, http.StatusMethodNotAllowed, "MethodNotAllowed")
	}
	if hooks.After != nil {
		hooks.After(r)
	}
	if fault.Lost {
		panic(http.ErrAbortHandler)
	}
	answer.send(w, r, fault.Cut)
}

func (s *Server) get(w http.ResponseWriter, r *http.Request, name string) {
	s.mu.Lock()
	o, ok := s.objects[name]
	s.mu.Unlock()
	if !ok {
		refuse(w, r, http.StatusNotFound, "NoSuchKey")
		return
	}
	w.Header().Set("ETag", o.tag())
	w.Header().Set("Last-Modified", o.modified.UTC().Format(http.TimeFormat))
	w.Write(o.content)
}

// put is where conditional writes are decided: check and write are one step,
// unless the server is made to be slow.
func (s *Server) put(w http.ResponseWriter, r *http.Request, name string, body []byte, hooks Hooks) {
	if sum := md5.Sum(body); r.Header.Get("Content-MD5") != base64.StdEncoding.EncodeToString(sum[:]) {
		refuse(w, r, http.StatusBadRequest, "BadDigest")
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now, ok := s.objects[name]
	if status, code := check(r, now, ok, hooks.Ignores); status != 0 {
		refuse(w, r, status, code)
		return
	}
	if hooks.Slow != nil {
		s.mu.Unlock()
		hooks.Slow()
		s.mu.Lock()
	}
	o := object{bytes.Clone(body), time.Now()}
	s.objects[name] = o
	w.Header().Set("ETag", o.tag())
}

// check is how Amazon S3 answers to a condition that does not hold.
func check(r *http.Request, now object, ok bool, ignores []string) (status int, code string) {
	none, match := r.Header.Get("If-None-Match"), r.Header.Get("If-Match")
	if slices.Contains(ignores, "If-None-Match") {
		none = ""
	}
	if slices.Contains(ignores, "If-Match") {
		match = ""
	}
	switch {
	case none != "" && none != "*":
		return http.StatusNotImplemented, "NotImplemented"
	case none == "*" && ok:
		return http.StatusPreconditionFailed, "PreconditionFailed"
	case match != "" && !ok:
		return http.StatusNotFound, "NoSuchKey"
	case match != "" && strings.Trim(match, `"`) != strings.Trim(now.tag(), `"`):
		return http.StatusPreconditionFailed, "PreconditionFailed"
	}
	return 0, ""
}

// refuse answers with an error as S3 words it.
func refuse(w http.ResponseWriter, r *http.Request, status int, code string) {
	w.Header().Set("Content-Type", "application/xml")
	w.WriteHeader(status)
	if r.Method != http.MethodHead {
		fmt.Fprintf(w, "<Error><Code>%s</Code><Message>%s</Message></Error>", code, http.StatusText(status))
	}
}
