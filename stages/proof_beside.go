package stages

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"time"

	"mantis/data"
	"mantis/stages/feature"
)

// beside lists the features of a symbol that are stored, and lays beside its bars
// what else they look at.
func (p *prover) beside(bars, features *data.Version, symbol string, stored data.Schema, b *feature.Bars) ([]*feature.Feature, error) {
	var all []*feature.Feature
	for _, f := range feature.All() {
		if hasField(stored, f.Name) { // else it was made before the feature was there, or nobody asked for it
			all = append(all, f)
		}
	}
	var params struct {
		Hub data.Symbol `json:"hub"`
	}
	if err := json.Unmarshal(features.Stage.Params, &params); err != nil {
		return nil, fmt.Errorf("%s: recorded parameters: %w", features.Ref(), err)
	}
	o, err := newOthers(bars, params.Hub, 0, all)
	if err != nil {
		return nil, err
	}
	var rows []*data.Batch
	for _, other := range o.of(symbol) {
		batch, err := readStored(p.store, bars, "bars", other)
		if err != nil {
			return nil, err
		}
		rows = append(rows, batch)
	}
	if err := o.join(symbol, rows, b); err != nil {
		return nil, err
	}
	if len(features.Of(outsideSchema.Table)) == 0 {
		return all, nil
	}
	said, err := readStored(p.store, features, outsideSchema.Table)
	if err != nil {
		return nil, err
	}
	h, err := newHeard(said, 0, []string{symbol})
	if err != nil {
		return nil, err
	}
	return append(all, h.features(symbol)...), nil
}

// saidUntil writes files, one a column, of what was known from outside at an
// instant. A column of which nothing was known by then has its first row: that it
// is not seen is shown, too.
func (p *prover) saidUntil(dir string, cut int64) ([]OutsideFile, error) {
	features := p.of(Features)
	if features == nil || len(features.Of(outsideSchema.Table)) == 0 {
		return nil, nil
	}
	said, err := readStored(p.store, features, outsideSchema.Table)
	if err != nil {
		return nil, err
	}
	c := said.Columns()
	column, symbol, of, known, value, age := c.Strings("column"), c.Strings("symbol"), c.Ints("time"), c.Ints("known_at"), c.Floats("value"), c.Ints("max_age_us")
	if c.Err != nil {
		return nil, c.Err
	}
	var files []OutsideFile
	var lines []*strings.Builder
	at := map[string]int{}
	for i, name := range column {
		k, there := at[name]
		if there && known[i] > cut {
			continue
		}
		if !there {
			k, at[name] = len(files), len(files)
			files = append(files, OutsideFile{Path: filepath.Join(dir, name+".csv"), MaxAge: data.Interval(age[i])})
			lines = append(lines, &strings.Builder{})
			lines[k].WriteString("time,known_at," + name)
			if symbol[i] != "" {
				lines[k].WriteString(",symbol")
			}
		}
		fmt.Fprintf(lines[k], "\n%s,%s,%s", exactly(of[i]), exactly(known[i]), strconv.FormatFloat(value[i], 'g', -1, 64))
		if symbol[i] != "" {
			lines[k].WriteString("," + symbol[i])
		}
	}
	for k, f := range files {
		if err := os.WriteFile(f.Path, []byte(lines[k].String()), 0o600); err != nil {
			return nil, err
		}
	}
	return files, nil
}

// exactly writes an instant to the microsecond.
func exactly(t int64) string { return time.UnixMicro(t).UTC().Format(time.RFC3339Nano) }
