package stages

import (
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"

	"mantis/data"
	"mantis/pipeline"
	"mantis/stages/metrics"
	"mantis/stages/metrics/profile"
)

// measure measures each curve under a profile. What was measured of the same
// curve before is recalled: intervals are dear.
func measure(t *pipeline.Task, curves []curve, by string) ([]measurement, error) {
	out := make([]measurement, len(curves))
	err := pipeline.Each(t.Context, len(curves), func(i int) error {
		c := curves[i]
		key, err := c.key(by)
		if err != nil {
			return err
		}
		var kept []keptMetric
		if !t.Recall(key, &kept) {
			all, err := profile.Measure(by, c.Curve)
			if err != nil {
				return err
			}
			for _, m := range all {
				kept = append(kept, keep(m))
			}
			if err := t.Remember(key, kept); err != nil {
				return err
			}
		}
		out[i] = measurement{portfolio: c.portfolio, currency: c.currency}
		for _, k := range kept {
			out[i].metrics = append(out[i].metrics, k.metric())
		}
		return nil
	})
	return out, err
}

// key is what the measures of a curve depend on.
func (c *curve) key(by string) (map[string]any, error) {
	x := c.Curve
	columns := [][]float64{x.Equity, x.Benchmark, x.Turnover, x.FeesUSD}
	x.Equity, x.Benchmark, x.Turnover, x.FeesUSD = nil, nil, nil, nil
	settings, err := json.Marshal(x)
	if err != nil {
		return nil, err
	}
	digest := make([]string, len(columns))
	for i, column := range columns {
		raw := make([]byte, 0, 8*len(column))
		for _, v := range column {
			raw = binary.LittleEndian.AppendUint64(raw, math.Float64bits(v))
		}
		digest[i] = fmt.Sprint(column != nil, data.SHA256(raw))
	}
	return map[string]any{"profile": by, "settings": string(settings), "columns": digest}, nil
}

// keptMetric is a metric as it is remembered: JSON has no NaN.
type keptMetric struct {
	Name   string    `json:"name"`
	Unit   string    `json:"unit"`
	Bits   [4]uint64 `json:"bits"` // of the value, its error and the ends of its interval
	Reason string    `json:"reason,omitempty"`
}

func keep(m metrics.Metric) keptMetric {
	k := keptMetric{Name: m.Name, Unit: m.Unit, Reason: m.Reason}
	for i, v := range []float64{m.Value, m.SE, m.Low, m.High} {
		k.Bits[i] = math.Float64bits(v)
	}
	return k
}

func (k *keptMetric) metric() metrics.Metric {
	v := func(i int) float64 { return math.Float64frombits(k.Bits[i]) }
	return metrics.Metric{Name: k.Name, Unit: k.Unit, Value: v(0), SE: v(1), Low: v(2), High: v(3), Reason: k.Reason}
}
