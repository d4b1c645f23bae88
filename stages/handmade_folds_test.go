package stages

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"testing"

	"mantis/data"
	"mantis/models"
	"mantis/models/xgb"
	"mantis/stages/feature"
)

// trains are the hours of one market, the last included, that train a fold.
type trains struct {
	market   int // into byHand
	from, to int
}

// foldByHand is one row of the table of folds; instants are hours.
type foldByHand struct {
	from, end, testEnd int
	rows, purged, test int64
	trains             []trains
}

// TestFoldsByHand works the folds out on paper. A row of hour t has a label
// that is known at hour t + horizon + 1, and trains where that is no later than
// the end of training. Each model is then fitted once more, to the rows named
// here, and must come out the same to the byte.
func TestFoldsByHand(t *testing.T) {
	const btc, eth = 0, 1
	dir := t.TempDir()
	for _, c := range []struct {
		set    string
		symbol string
		folds  []foldByHand
	}{
		{"", "BTC-USD", []foldByHand{{4, 34, 60, 29, 1, 26, []trains{{btc, 4, 32}}}}},
		{"labels.horizon=3", "BTC-USD", []foldByHand{{4, 34, 60, 27, 3, 26, []trains{{btc, 4, 30}}}}},
		// Of 56 bars, the first 33 train: hours 4 to 36.
		{"model.split_at= model.train=0.6", "BTC-USD", []foldByHand{{4, 37, 60, 32, 1, 23, []trains{{btc, 4, 35}}}}},
		{"model.target=ETH-BTC", "ETH-BTC", []foldByHand{{0, 34, 52, 33, 1, 18, []trains{{eth, 0, 32}}}}},
		// The hours 0 to 3 of ETH-BTC, before the target's first, train too.
		{"model.pool=true", "BTC-USD", []foldByHand{{0, 34, 60, 62, 2, 26, []trains{{btc, 4, 32}, {eth, 0, 32}}}}},
		{"model.pool=true model.target=ETH-BTC", "ETH-BTC", []foldByHand{{0, 34, 52, 62, 2, 18, []trains{{btc, 4, 32}, {eth, 0, 32}}}}},
		{"model.rolling=10", "BTC-USD", []foldByHand{{24, 34, 60, 9, 1, 26, []trains{{btc, 24, 32}}}}},
		{"model.refit_every=10", "BTC-USD", []foldByHand{
			{4, 34, 44, 29, 1, 10, []trains{{btc, 4, 32}}},
			{4, 44, 54, 39, 1, 10, []trains{{btc, 4, 42}}},
			{4, 54, 60, 49, 1, 6, []trains{{btc, 4, 52}}},
		}},
		// The last label of ETH-BTC that is there is that of hour 48, known at
		// 52: its rows 49 to 51 neither train nor are purged in the last fold.
		{"model.refit_every=10 model.rolling=12 model.pool=true labels.horizon=3", "BTC-USD", []foldByHand{
			{22, 34, 44, 18, 6, 10, []trains{{btc, 22, 30}, {eth, 22, 30}}},
			{32, 44, 54, 18, 6, 10, []trains{{btc, 32, 40}, {eth, 32, 40}}},
			{42, 54, 60, 16, 3, 6, []trains{{btc, 42, 50}, {eth, 42, 48}}},
		}},
	} {
		t.Run(c.set, func(t *testing.T) {
			v, store := runByHand(t, dir, Model, append(append([]string{}, learns...), strings.Fields(c.set)...)...)
			horizon := 1 + 2*strings.Count(c.set, "horizon=3")
			var number, from, end, testEnd, rows, purged, test []int64
			var symbol, counts, model []string
			for k, f := range c.folds {
				number, symbol = append(number, int64(k)), append(symbol, c.symbol)
				from, end, testEnd = append(from, at(f.from)), append(end, at(f.end)), append(testEnd, at(f.testEnd))
				rows, purged, test = append(rows, f.rows), append(purged, f.purged), append(test, f.test)
				classes, digest := fitByHand(t, store, v, f.trains, horizon)
				counts, model = append(counts, classes), append(model, digest)
			}
			got := table(t, store, v["model"], "folds", 0)
			same(t, "fold", got.Ints("fold"), number)
			same(t, "symbol", got.Strings("symbol"), symbol)
			same(t, "train_from", got.Ints("train_from"), from)
			same(t, "train_end", got.Ints("train_end"), end)
			same(t, "test_end", got.Ints("test_end"), testEnd)
			same(t, "train_rows", got.Ints("train_rows"), rows)
			same(t, "purged_rows", got.Ints("purged_rows"), purged)
			same(t, "test_rows", got.Ints("test_rows"), test)
			same(t, "class_counts", got.Strings("class_counts"), counts)
			same(t, "model", got.Strings("model"), model)
		})
	}
}

// fitByHand fits a model to the rows named, with labels from the hand-made
// closes, and returns the count of each class and the digest of the model file.
func fitByHand(t *testing.T, store *data.Store, v map[string]*data.Version, rows []trains, horizon int) (counts, digest string) {
	t.Helper()
	names := offered()
	cols, perClass := make([][]float64, len(names)), make([]int, 5)
	var class []int32
	for _, r := range rows {
		m := byHand()[r.market]
		features := table(t, store, v["features"], "features", r.market)
		for i, name := range names {
			cols[i] = append(cols[i], features.Floats(name)[r.from-m.first:r.to+1-m.first]...)
		}
		for h := r.from; h <= r.to; h++ {
			_, k := m.label(h, horizon)
			class = append(class, int32(k-1))
			perClass[k-1]++
		}
	}
	p := xgb.Defaults() // with what learns says, and the labels' classes
	p.Rounds, p.MaxDepth, p.MinChildWeight, p.NumClass = 3, 2, 0.1, 5
	fitted, err := models.XGBoost{Params: p}.Fit(context.Background(), models.NewMatrix(names, cols), class, func(int, int) {})
	if err != nil {
		t.Fatal(err)
	}
	file, err := fitted.Encode()
	if err != nil {
		t.Fatal(err)
	}
	return strings.Trim(fmt.Sprint(perClass), "[]"), data.SHA256(file)
}

// offered are the names of the features that a model sees unless told
// otherwise.
func offered() (names []string) {
	for _, f := range feature.All() {
		if f.Offered() {
			names = append(names, f.Name)
		}
	}
	return names
}

// TestPredictionsByHand checks each row of the predictions of three folds:
// whose model it is, what that model says to the row's features, and what
// really followed.
func TestPredictionsByHand(t *testing.T) {
	v, store := runByHand(t, t.TempDir(), Predictions, append([]string{"model.refit_every=10", "labels.horizon=3"}, learns...)...)
	m, names := byHand()[0], offered()
	folds := table(t, store, v["model"], "folds", 0).Strings("model")
	features := table(t, store, v["features"], "features", 0)
	got := table(t, store, v["predictions"], "predictions", 0)
	var time, fold, trainEnd, class, real, known []int64
	var model []string
	var closes []float64
	p := make([][]float64, 5)
	for h := 34; h < 60; h++ {
		k := (h - 34) / 10
		file, err := store.ReadFile(v["model"], foldFile(k))
		if err != nil {
			t.Fatal(err)
		}
		trained, err := models.Decode(file)
		if err != nil {
			t.Fatal(err)
		}
		row, out := make([][]float64, len(names)), make([]float64, 5)
		for i, name := range names {
			row[i] = features.Floats(name)[h-m.first : h-m.first+1]
		}
		if err := trained.Probabilities(models.NewMatrix(names, row), out); err != nil {
			t.Fatal(err)
		}
		_, what := m.label(h, 3)
		if real = append(real, int64(what)); what == 0 {
			real[len(real)-1] = data.Null
		}
		time, fold, trainEnd = append(time, at(h)), append(fold, int64(k)), append(trainEnd, at(34+10*k))
		known, closes, model = append(known, at(h+4)), append(closes, m.close[h-m.first]), append(model, folds[k][:16])
		class = append(class, int64(models.Argmax(out, 5)[0])+1)
		for i := range p {
			p[i] = append(p[i], out[i])
		}
	}
	same(t, "time", got.Ints("time"), time)
	same(t, "fold", got.Ints("fold"), fold)
	same(t, "train_end", got.Ints("train_end"), trainEnd)
	same(t, "label_known_at", got.Ints("label_known_at"), known)
	same(t, "close", got.Floats("close"), closes)
	same(t, "model", got.Strings("model"), model)
	same(t, "class", got.Ints("class"), class)
	same(t, "realised_class", got.Ints("realised_class"), real)
	for i := range p {
		same(t, "p"+strconv.Itoa(i+1), got.Floats("p"+strconv.Itoa(i+1)), p[i])
	}
}

// TestLastClassByHand scores the newest label known at each row's close, found
// by hand, and finds the baseline's scores again.
func TestLastClassByHand(t *testing.T) {
	dir := t.TempDir()
	for _, horizon := range []int{1, 3} {
		v, store := runByHand(t, dir, Predictions, append([]string{fmt.Sprint("labels.horizon=", horizon)}, learns...)...)
		m := byHand()[0]
		var real, last []int32
		for h := 34; h < 60-horizon; h++ {
			_, follows := m.label(h, horizon)
			_, newest := m.label(h-horizon, horizon) // known at h + 1, the close of hour h
			real, last = append(real, int32(follows-1)), append(last, int32(newest-1))
		}
		for _, s := range models.Scores(real, models.Guess{Class: last}, 5) {
			if s.Class == 0 && s.Value == s.Value {
				if got := score(t, store, v["predictions"], ScoredLast, s.Name); !near(got, s.Value) {
					t.Errorf("horizon %d: %s of the last class: %v, want %v", horizon, s.Name, got, s.Value)
				}
			}
		}
	}
}
