package venuetest

import (
	"archive/zip"
	"bytes"
	"fmt"
	"path"
	"strings"
	"time"

	"mantis/data"
)

func serveBinance(v *visit) (int, []byte) {
	type object = map[string]any
	v.mu.Lock()
	v.head.Set("X-MBX-USED-WEIGHT-1M", fmt.Sprint(2*v.counts["binance candles"]%4000))
	v.mu.Unlock()
	switch {
	case v.path == "/api/v3/time":
		return answer(200, object{"serverTime": v.Now().UnixMilli()})
	case v.path == "/api/v3/exchangeInfo":
		list := []object{}
		for _, s := range v.Market.Symbols {
			list = append(list, object{"symbol": s.Base() + s.Quote(), "status": "TRADING", "baseAsset": s.Base(), "quoteAsset": s.Quote(), "filters": []object{}})
		}
		return answer(200, object{"timezone": "UTC", "serverTime": v.Now().UnixMilli(), "symbols": list})
	case strings.HasPrefix(v.path, "/data/"):
		return v.file()
	case v.path != "/api/v3/klines":
		return said(404, "")
	}
	s, ok := v.symbol(v.FormValue("symbol"), func(s data.Symbol) string { return s.Base() + s.Quote() })
	if !ok {
		return said(400, `{"code":-1121,"msg":"Invalid symbol."}`)
	}
	i, err := data.ParseInterval(v.FormValue("interval"))
	if err != nil {
		return said(400, `{"code":-1120,"msg":"Invalid interval."}`)
	}
	limit := min(v.number("limit", 500), 1000)
	until := v.Now().UnixMicro() + 1
	if to := v.number("endTime", 0); to > 0 {
		until = min(until, to*1000+1)
	}
	list := v.candles(s, i, v.number("startTime", 0)*1000, until, int(limit), every)
	rows := [][]any{}
	for _, c := range list {
		rows = append(rows, []any{c.Time / 1000, c.Open, c.High, c.Low, c.Close, c.Volume, (c.Time+int64(i))/1000 - 1, c.Quote, c.Trades, "0.10000000", "0.20000000", "0"})
	}
	return answer(200, rows)
}

// file is a file of the archive: of a month five days after its end, of a day six
// hours after. From 2025 on its instants are in microseconds.
func (v *visit) file() (int, []byte) {
	kind := strings.Split(v.path, "/")[3]
	name := strings.TrimSuffix(strings.TrimSuffix(path.Base(v.path), ".CHECKSUM"), ".zip")
	spelled, rest, _ := strings.Cut(name, "-")
	interval, when, _ := strings.Cut(rest, "-")
	s, ok := v.symbol(spelled, func(s data.Symbol) string { return s.Base() + s.Quote() })
	i, err := data.ParseInterval(interval)
	from, layout, months, days, delay := time.Time{}, "2006-01", 1, 0, 5*24*time.Hour
	if kind == "daily" {
		layout, months, days, delay = "2006-01-02", 0, 1, 6*time.Hour
	}
	if t, bad := time.Parse(layout, when); bad == nil {
		from = t
	}
	until := from.AddDate(0, months, days)
	if !ok || err != nil || from.IsZero() || until.Add(delay).After(v.Now()) {
		return said(404, "<Error><Code>NoSuchKey</Code></Error>")
	}
	list := v.listed(v.fake, s, i, from.UnixMicro(), until.UnixMicro(), every)
	if len(list) == 0 {
		return said(404, "<Error><Code>NoSuchKey</Code></Error>")
	}
	unit := int64(1000)
	if from.Year() >= 2025 {
		unit = 1
	}
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	w, _ := z.Create(name + ".csv")
	for _, c := range list {
		fmt.Fprintf(w, "%d,%s,%s,%s,%s,%s,%d,%s,%d,0.1,0.2,0\n", c.Time/unit, c.Open, c.High, c.Low, c.Close, c.Volume, (c.Time+int64(i))/unit-1, c.Quote, c.Trades)
	}
	z.Close()
	if strings.HasSuffix(v.path, ".CHECKSUM") {
		sum := data.SHA256(b.Bytes())
		if v.fault.Digest != "" {
			sum = v.fault.Digest
		}
		return said(200, "%s  %s.zip\n", sum, name)
	}
	v.head.Set("Content-Type", "binary/octet-stream")
	return 200, b.Bytes()
}
