package trade

import (
	"slices"

	"mantis/data"
	"mantis/data/num"
)

// Record is a journal that keeps everything in memory as columns, one value a
// bar, and the fills as they came. The columns are those of Row.
type Record struct {
	Time, Known          []int64
	USD, BTC             []float64
	Alts                 [][]float64 // one column an alt
	AltUSD               []float64
	EquityUSD, EquityBTC []float64
	ReturnUSD, ReturnBTC []float64
	CumUSD, CumBTC       []float64

	WeightUSD, WeightBTC, WeightAlt []float64
	ChangeUSD, ChangeBTC, ChangeAlt []float64
	TargetUSD, TargetBTC, TargetAlt []float64 // NaN where nothing was decided
	Class                           []int64   // acted on; data.Null where there is none
	Missing                         []bool    // a decision was due and its class missing

	BTCPrice, BTCChange, AltChange []float64
	Turnover, FeesUSD, SlippageUSD []float64
	TaxUSD, OwedUSD                []float64
	Pending                        []bool
	Kept                           []string // why a decision that was due was not acted on; else empty

	Fills []Fill
}

// NewRecord makes a journal with room for the given number of bars and alts.
func NewRecord(bars, alts int) *Record {
	r := &Record{Alts: make([][]float64, alts)}
	for i := range r.Alts {
		r.Alts[i] = make([]float64, 0, bars)
	}
	for _, column := range []*[]float64{
		&r.USD, &r.BTC, &r.AltUSD, &r.EquityUSD, &r.EquityBTC,
		&r.ReturnUSD, &r.ReturnBTC, &r.CumUSD, &r.CumBTC,
		&r.WeightUSD, &r.WeightBTC, &r.WeightAlt,
		&r.ChangeUSD, &r.ChangeBTC, &r.ChangeAlt,
		&r.TargetUSD, &r.TargetBTC, &r.TargetAlt,
		&r.BTCPrice, &r.BTCChange, &r.AltChange,
		&r.Turnover, &r.FeesUSD, &r.SlippageUSD, &r.TaxUSD, &r.OwedUSD,
	} {
		*column = make([]float64, 0, bars)
	}
	r.Time, r.Known, r.Class = make([]int64, 0, bars), make([]int64, 0, bars), make([]int64, 0, bars)
	r.Missing, r.Pending, r.Kept = make([]bool, 0, bars), make([]bool, 0, bars), make([]string, 0, bars)
	return r
}

// Len is the number of bars taken down.
func (r *Record) Len() int { return len(r.Time) }

// Fill keeps a fill. Room doubles, as fills come by the thousand.
func (r *Record) Fill(f *Fill) error {
	if n := len(r.Fills); n == cap(r.Fills) {
		r.Fills = slices.Grow(r.Fills, max(n, cap(r.Time), 16))
	}
	r.Fills = append(r.Fills, *f)
	return nil
}

// Row appends a bar to every column.
func (r *Record) Row(x *Row) error {
	r.Time, r.Known = append(r.Time, x.Time), append(r.Known, x.Known)
	r.USD, r.BTC = append(r.USD, x.USD), append(r.BTC, x.BTC)
	for i := range r.Alts {
		r.Alts[i] = append(r.Alts[i], x.Alts[i])
	}
	r.AltUSD = append(r.AltUSD, x.AltUSD)
	r.EquityUSD, r.EquityBTC = append(r.EquityUSD, x.EquityUSD), append(r.EquityBTC, x.EquityBTC)
	r.ReturnUSD, r.ReturnBTC = append(r.ReturnUSD, x.ReturnUSD), append(r.ReturnBTC, x.ReturnBTC)
	r.CumUSD, r.CumBTC = append(r.CumUSD, x.CumUSD), append(r.CumBTC, x.CumBTC)
	r.BTCPrice = append(r.BTCPrice, x.BTCPrice)
	r.BTCChange, r.AltChange = append(r.BTCChange, x.BTCChange), append(r.AltChange, x.AltChange)
	r.Turnover = append(r.Turnover, x.Turnover)
	r.FeesUSD, r.SlippageUSD = append(r.FeesUSD, x.FeesUSD), append(r.SlippageUSD, x.SlippageUSD)
	r.TaxUSD, r.OwedUSD = append(r.TaxUSD, x.TaxUSD), append(r.OwedUSD, x.OwedUSD)
	r.Pending = append(r.Pending, x.Pending)
	r.weights(x)
	return nil
}

// weights appends what was held and what was decided.
func (r *Record) weights(x *Row) {
	r.WeightUSD = append(r.WeightUSD, x.Held.USD)
	r.WeightBTC = append(r.WeightBTC, x.Held.BTC)
	r.WeightAlt = append(r.WeightAlt, x.Held.Alt)
	r.ChangeUSD = append(r.ChangeUSD, x.Change.USD)
	r.ChangeBTC = append(r.ChangeBTC, x.Change.BTC)
	r.ChangeAlt = append(r.ChangeAlt, x.Change.Alt)
	target, nan := x.Decision.Target, num.NaN()
	if x.Decision.Action != Rebalance {
		target = Weights{nan, nan, nan}
	}
	r.TargetUSD = append(r.TargetUSD, target.USD)
	r.TargetBTC = append(r.TargetBTC, target.BTC)
	r.TargetAlt = append(r.TargetAlt, target.Alt)
	class := int64(x.Decision.Class)
	if class == 0 {
		class = data.Null
	}
	r.Class = append(r.Class, class)
	r.Missing = append(r.Missing, x.Decision.Action == Missing)
	kept := ""
	if x.Decision.Action != Rebalance {
		kept = x.Decision.Reason
	}
	r.Kept = append(r.Kept, kept)
}
