package stages

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"mantis/data"
	"mantis/pipeline"
)

// walkMonth are the bars of 30 days of 6 hours.
const walkMonth = 120

// fitted brings the model of a store up to date, and tells which models of folds
// there are and how many were trained.
func (l *lake) fitted(root string, set ...string) (models []string, trained int, v map[string]*data.Version) {
	l.t.Helper()
	steps, store, err := runTargets(l.t, root, []*pipeline.Stage{Model}, append(l.settings(), set...))
	if err != nil {
		l.t.Fatal(err)
	}
	v = versions(steps)
	return table(l.t, store, v["model"], "folds", 0).Strings("model"), steps[len(steps)-1].Made, v
}

// TestMonthMore appends a month of candles to one of two markets, and to the
// target, with the split held fixed: of the folds of a walk, one more is trained,
// whether the window expands or rolls, whether the ends of the folds validate, and
// whether others train along. What a correction touches is trained again, and
// nothing else.
func TestMonthMore(t *testing.T) {
	walks := []string{"", "model.pool=true model.rolling=200", "model.validate=0.2 model.early_stopping_rounds=2"}
	if testing.Short() {
		walks = walks[1:2]
	}
	for _, walk := range walks {
		l := newLake(t, 9, []string{"BTC-USD", "A00-BTC"}, time.Date(2020, 12, 20, 0, 0, 0, 0, time.UTC), 140)
		root := filepath.Join(l.dir, "lake")
		set := append([]string{fmt.Sprint("model.refit_every=", walkMonth)}, strings.Fields(walk)...)
		before, trained, _ := l.fitted(root, set...)
		if trained != len(before) || len(before) != 3 { // 20 February to 9 May, the last for 18 days
			t.Fatalf("%s: %d of %d folds were trained", walk, trained, len(before))
		}
		l.append("A00-BTC", 24*30)
		l.append("BTC-USD", 24*30)
		after, trained, _ := l.fitted(root, set...)
		if trained != 1 || len(after) != len(before)+1 || !slices.Equal(after[:len(before)], before) {
			t.Errorf("%s: a month more: %d of %d folds were trained; before there were %d", walk, trained, len(after), len(before))
		}
		before = after
		l.append("A00-BTC", 24)
		l.append("BTC-USD", 24)
		if after, trained, _ := l.fitted(root, set...); trained != 0 || !slices.Equal(after, before) {
			t.Errorf("%s: a day more: %d of %d folds were trained, within the last", walk, trained, len(after))
		}

		// The close of the bar of 10 March 6:00: it is in features of 120 bars from
		// there, and in the labels of it and of the bar before.
		c := l.files["BTC-USD"]
		at := time.Date(2021, 3, 10, 11, 0, 0, 0, time.UTC)
		i := slices.IndexFunc(c, func(c candle) bool { return c.time == at.Unix()/3600 })
		c[i].prices[3] = (c[i].prices[1] + 2*c[i].prices[2]) / 3
		from, to := at.Add(-11*time.Hour), at.Add(-5*time.Hour).Add(119*6*time.Hour)
		touched := make([]bool, len(before))
		want := 0
		for k := range before {
			end := time.Date(2021, 2, 20, 0, 0, 0, 0, time.UTC).Add(time.Duration(k*walkMonth) * 6 * time.Hour)
			begin := time.Time{}
			if strings.Contains(walk, "rolling") {
				begin = end.Add(-200 * 6 * time.Hour)
			}
			if touched[k] = from.Before(end) && !to.Before(begin); touched[k] {
				want++
			}
		}
		after, trained, v := l.fitted(root, set...)
		if trained != want || want == 0 || want == len(after) {
			t.Errorf("%s: a correction: %d of %d folds were trained, want %d", walk, trained, len(after), want)
		}
		for k := range after {
			if !touched[k] && after[k] != before[k] {
				t.Errorf("%s: a correction that fold %d does not see changes its model", walk, k)
			}
		}
		if _, _, want := l.fitted(t.TempDir(), set...); want["model"].ID != v["model"].ID {
			t.Errorf("%s: other models than from nothing", walk)
		}
	}
}

// TestFoldsSideBySide fits many folds one by one, and several at a time.
func TestFoldsSideBySide(t *testing.T) {
	before := runtime.GOMAXPROCS(1)
	defer runtime.GOMAXPROCS(before)
	set := []string{"model.refit_every=20", "model.rolling=200", "model.subsample=0.7"}
	want, _, _, err := runModel(t, t.TempDir(), set...)
	if err != nil {
		t.Fatal(err)
	}
	runtime.GOMAXPROCS(5)
	got, _, steps, err := runModel(t, t.TempDir(), set...)
	if err != nil {
		t.Fatal(err)
	}
	if got["model"].ID != want["model"].ID || steps[len(steps)-1].Made < 10 {
		t.Errorf("another model side by side, or few folds: %d", steps[len(steps)-1].Made)
	}
}

// TestEachFold demands that folds are done side by side, and that the first one's
// error counts though a later one's came first.
func TestEachFold(t *testing.T) {
	before := runtime.GOMAXPROCS(3)
	defer runtime.GOMAXPROCS(before)
	both, wrong := make(chan bool), errors.New("wrong")
	done := make([]bool, 2000)
	err := eachFold(context.Background(), len(done), func(k int) error {
		done[k] = true
		switch k {
		case 1:
			<-both // waits for one behind it
			return wrong
		case 2:
			close(both)
			return errors.New("later")
		}
		time.Sleep(100 * time.Microsecond)
		return nil
	})
	if !errors.Is(err, wrong) || err.Error() != "fold 1: wrong" {
		t.Error(err)
	}
	if !done[0] || done[len(done)-1] {
		t.Error("folds are begun after an error, or none is")
	}
}
