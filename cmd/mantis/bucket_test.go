package main

import (
	"bytes"
	"errors"
	"fmt"
	"math/rand/v2"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"mantis/data"
	"mantis/data/bucket"
	"mantis/data/bucket/buckettest"
)

// atBuckets runs a test on a bucket in memory, whose server it gets, and on one
// of a real server where there is one: then it gets no server.
func atBuckets(t *testing.T, test func(t *testing.T, store string, server *buckettest.Server)) {
	t.Run("memory", func(t *testing.T) {
		t.Setenv("AWS_ACCESS_KEY_ID", "mantis")
		t.Setenv("AWS_SECRET_ACCESS_KEY", "mantis-secret")
		server := buckettest.New()
		web := httptest.NewServer(server)
		t.Cleanup(web.Close)
		test(t, "s3://lake/of/mantis?endpoint="+web.URL, server)
	})
	t.Run("real", func(t *testing.T) {
		endpoint, name := buckettest.Real(t)
		test(t, "s3://"+name+"?endpoint="+endpoint, nil)
	})
}

// smallRun are the arguments of a run that takes a moment.
func smallRun(store string, seed int) []string {
	return []string{"run", "--store", store, "--set", "candles.sim.years=0.3", "--set", "model.num_boost_round=2",
		"--set", "model.max_depth=2", "--set", fmt.Sprintf("candles.sim.seed=%d", seed)}
}

// mantis runs the program and returns what it says.
func mantis(t *testing.T, args ...string) string {
	t.Helper()
	c := exec.Command("mantis", args...)
	var complaint bytes.Buffer
	c.Stderr = &complaint
	out, err := c.Output()
	if err != nil {
		t.Fatalf("mantis %s: %v\n%s", strings.Join(args, " "), err, &complaint)
	}
	return string(out)
}

// openBucket is the store in a bucket, seen from outside of any run.
func openBucket(t *testing.T, address string) *data.Store {
	t.Helper()
	place, err := bucket.Open(t.Context(), address)
	if err != nil {
		t.Fatal(err)
	}
	store, err := data.OpenAt(place)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// ids are the latest versions of a store.
func ids(t *testing.T, store *data.Store) map[string]string {
	t.Helper()
	datasets, err := store.Datasets()
	if err != nil {
		t.Fatal(err)
	}
	latest := map[string]string{}
	for _, d := range datasets {
		v, err := store.Latest(d)
		if err != nil {
			t.Fatal(err)
		}
		latest[d] = v.ID
	}
	return latest
}

// TestBucket holds a bucket to what a directory does: the same ids, nothing to
// do at the second run, and that with few requests.
func TestBucket(t *testing.T) {
	dir := t.TempDir() + "/lake"
	mantis(t, smallRun(dir, 1)...)
	inDir, err := data.Open(dir)
	if err != nil {
		t.Fatal(err)
	}
	atBuckets(t, func(t *testing.T, store string, server *buckettest.Server) {
		said := mantis(t, smallRun(store, 1)...)
		if !strings.Contains(said, "report    s3://") || !strings.Contains(said, "11 of 11 datasets made") {
			t.Error(said)
		}
		s := openBucket(t, store)
		if diff := cmp.Diff(ids(t, inDir), ids(t, s)); diff != "" {
			t.Errorf("other ids than in a directory:\n%s", diff)
		}
		if versions, faults, err := s.Audit(); err != nil || len(versions) != 11 || len(faults) > 0 {
			t.Errorf("%d versions, %v, %v", len(versions), faults, err)
		}
		before := requestsOf(server)
		if said := mantis(t, smallRun(store, 1)...); !strings.Contains(said, "nothing to do: all 11 datasets") {
			t.Error(said)
		}
		after := requestsOf(server)
		for kind, most := range map[string]int{"PUT": 3, "DELETE": 1, "HEAD": 2, "LIST": 37, "GET": 41} { // it pins the store, lets go, and tries whether conditions hold
			if n := after[kind] - before[kind]; n > most {
				t.Errorf("the second run sends %d %s, more than %d", n, kind, most)
			}
		}
		mantis(t, "verify", "--store", store)
		if said := mantis(t, "files", "bars", "--store", store); strings.Count(said, "s3://") != 4 {
			t.Error(said)
		}
		t.Setenv("MANTIS_STORE", store)
		for _, args := range [][]string{{"ls"}, {"ls", "--all"}, {"plan"}, {"show", "bars"}, {"show", "predictions", "--head", "2"}, {"lineage", "report"}} {
			mantis(t, args...)
		}
	})
}

func requestsOf(server *buckettest.Server) map[string]int {
	if server == nil {
		return nil
	}
	return server.Counts()
}

// TestBucketTwoWriters has two runs write to a bucket at once, of the same and
// of other datasets: both end well, and all they have made is there.
func TestBucketTwoWriters(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	atBuckets(t, func(t *testing.T, store string, _ *buckettest.Server) {
		for round := range 4 {
			var group sync.WaitGroup
			for w := range 2 {
				group.Add(1)
				go func() {
					defer group.Done()
					out, err := exec.Command("mantis", smallRun(store, round+w*(round%2))...).CombinedOutput()
					if err != nil {
						t.Errorf("round %d: %v\n%s", round, err, out)
					}
				}()
			}
			group.Wait()
		}
		s := openBucket(t, store)
		versions, faults, err := s.Audit()
		if err != nil || len(faults) > 0 || len(versions) < 9 {
			t.Errorf("%d versions, %v, %v", len(versions), faults, err)
		}
		for dataset, id := range ids(t, s) {
			if !slices.ContainsFunc(versions, func(v *data.Version) bool { return v.Dataset == dataset && v.ID == id }) {
				t.Errorf("%s@%s is the latest, and not there", dataset, id)
			}
		}
		for seed := range 4 {
			if said := mantis(t, append(smallRun(store, seed), "--json")...); !strings.Contains(said, `"ran": 0`) {
				t.Errorf("seed %d is made again", seed)
			}
		}
	})
}

// announced is how a run tells of a version that it has sealed.
var announced = regexp.MustCompile(`(?m)^\w+ +(\w+@[0-9a-f]{8}) in `)

// TestBucketKilled kills one of two writers at a random moment, or both, again
// and again, MANTIS_KILLS times at a real server: whatever was ever announced
// verifies, and the next run ends the work.
func TestBucketKilled(t *testing.T) {
	if testing.Short() {
		t.Skip("heavy under the race detector, which has as much to see in others")
	}
	atBuckets(t, func(t *testing.T, store string, server *buckettest.Server) {
		kills := 4
		if n, err := strconv.Atoi(os.Getenv("MANTIS_KILLS")); err == nil && server == nil {
			kills = n
		}
		mantis(t, smallRun(store, 0)...)
		s := openBucket(t, store)
		known := map[string]bool{}
		died, told := 0, 0
		for round := 1; died < kills && !t.Failed(); round++ {
			var said [2]bytes.Buffer
			writers := []*exec.Cmd{exec.Command("mantis", smallRun(store, round)...), exec.Command("mantis", smallRun(store, round+round%2)...)}
			for w, c := range writers {
				c.Stderr = &said[w]
				if err := c.Start(); err != nil {
					t.Fatal(err)
				}
			}
			time.Sleep(time.Duration(rand.Int64N(int64(600 * time.Millisecond))))
			writers[0].Process.Kill()
			if round%3 == 0 {
				writers[1].Process.Kill()
			}
			for w, c := range writers {
				var ended *exec.ExitError
				err := c.Wait()
				switch {
				case errors.As(err, &ended) && !ended.Exited() && (w == 0 || round%3 == 0):
					died++
				case err != nil:
					t.Errorf("round %d, writer %d: %v\n%s", round, w, err, &said[w])
				}
			}
			for w := range said {
				for _, match := range announced.FindAllStringSubmatch(said[w].String(), -1) {
					told++
					if _, err := s.Resolve(match[1]); err != nil {
						t.Errorf("round %d: %s was announced: %v", round, match[1], err)
					}
				}
			}
			soundSince(t, s, known)
		}
		t.Logf("%d kills, %d versions announced, %d there", died, told, len(known))
		for round := range 3 {
			mantis(t, smallRun(store, round)...)
		}
		if said := mantis(t, smallRun(store, 2)...); !strings.Contains(said, "nothing to do") {
			t.Error(said)
		}
		before := len(known)
		soundSince(t, s, known)
		if versions, faults, err := s.Audit(); err != nil || len(faults) > 0 || len(versions) != len(known) || told == 0 {
			t.Errorf("%d versions, %d known, %d announced, %v, %v", len(versions), before, told, faults, err)
		}
	})
}

// soundSince verifies the versions that are new since it was called last, and
// that the others and what the refs name are there.
func soundSince(t *testing.T, s *data.Store, known map[string]bool) {
	t.Helper()
	there := map[string]bool{}
	for dataset := range ids(t, s) {
		all, err := s.IDs(dataset)
		if err != nil {
			t.Fatal(err)
		}
		for _, id := range all {
			there[dataset+id] = true
			if known[dataset+id] {
				continue
			}
			known[dataset+id] = true
			v, err := s.Load(dataset, id)
			if err != nil {
				t.Error(err)
				continue
			}
			for _, fault := range s.Verify(v) {
				t.Errorf("%+v", fault)
			}
		}
	}
	for version := range known {
		if !there[version] {
			t.Errorf("%s was there", version)
		}
	}
}
