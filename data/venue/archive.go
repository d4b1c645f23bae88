package venue

import (
	"archive/zip"
	"bufio"
	"bytes"
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"mantis/data"
)

// archive is the page of the file of Binance's archive that at lies in: that of
// its month or, as those come out days after the month's end, of its day. Where
// there is no such file it is not found, and the API has to tell, up to bound.
func (f *fetch) archive(ctx context.Context, at int64) (p Page, found bool, bound int64, err error) {
	begin := time.UnixMicro(at).UTC()
	month := time.Date(begin.Year(), begin.Month(), 1, 0, 0, 0, 0, time.UTC)
	monthEnd := month.AddDate(0, 1, 0).UnixMicro()
	bound = min(monthEnd, f.end)
	name := month.Format("2006-01")
	if f.gone[name] {
		return p, false, bound, nil
	}
	if monthEnd <= f.end && f.req.Interval >= data.Minute { // a month of seconds is too much at once
		if p, found, err = f.file(ctx, "monthly", name, at, month.UnixMicro(), monthEnd); err != nil || found {
			return p, found, bound, err
		}
	}
	day := data.Day.Floor(at)
	recent := f.c.there(f.v).UnixMicro() - monthEnd
	if day+int64(data.Day) <= f.end && (recent < 45*int64(data.Day) || f.req.Interval < data.Minute) {
		p, found, err = f.file(ctx, "daily", begin.Format("2006-01-02"), at, day, day+int64(data.Day))
		if err != nil || found {
			return p, found, bound, err
		}
	}
	f.gone[name] = true
	return p, false, bound, nil
}

// file is the page of one file, from at on, that covers from to until. It is not
// found where the archive has no such file, or none of its checksum.
func (f *fetch) file(ctx context.Context, kind, when string, at, from, until int64) (p Page, found bool, err error) {
	symbol, i := joined(f.req.Symbol), f.req.Interval
	path := fmt.Sprintf("/data/spot/%s/klines/%s/%s/%s-%s-%s.zip", kind, symbol, i, symbol, i, when)
	for again := true; ; again = false {
		p, err = f.checked(ctx, path, span{f.req.Symbol, i, at, min(until, f.end)}, int((until-from)/int64(i)))
		var sum *sumError
		switch {
		case err == nil:
			return p, true, nil
		case missing(err):
			return p, false, nil
		case !errors.As(err, &sum) || !again:
			return p, false, err
		}
		f.c.log(err.Error() + "; asking once more")
	}
}

// sumError is a file that is not what its checksum is of.
type sumError struct{ file, want, got string }

// Error names both digests.
func (e *sumError) Error() string {
	return fmt.Sprintf("%s: its SHA-256 is %s, its CHECKSUM says %s", e.file, e.got, e.want)
}

// checked is the page of a span out of a file whose digest is the one that the
// venue published.
func (f *fetch) checked(ctx context.Context, path string, s span, most int) (p Page, err error) {
	base, want := f.c.base(f.v, true), ""
	err = f.c.getFrom(ctx, f.v, base, path+".CHECKSUM", 4096, func(r *reply) error {
		want, _, _ = strings.Cut(strings.TrimSpace(string(r.body)), " ")
		want = strings.ToLower(want)
		if digest, err := hex.DecodeString(want); err != nil || len(digest) != 32 {
			return broken("no SHA-256 in it: %s", f.c.snippet(f.v, r.body))
		}
		return nil
	})
	if err != nil {
		return p, err
	}
	var got *reply
	if err = f.c.getFrom(ctx, f.v, base, path, zipMost, func(r *reply) error { got = r; return nil }); err != nil {
		return p, err
	}
	if sum := got.sum(); sum != want {
		return p, data.WithHint(fmt.Errorf("%s: %w", f.v.Name, &sumError{got.url, want, sum}),
			"the venue may be replacing the file: try again later, or leave the archive aside with --live")
	}
	raws, err := readArchive(got.body, most)
	if err != nil {
		return p, fmt.Errorf("%s: %s: %w", f.v.Name, got.url, err)
	}
	a, err := sift(got, raws, s)
	if err != nil {
		return p, fmt.Errorf("%s: %s: %w", f.v.Name, got.url, err)
	}
	return a.page(s, s.until), nil
}

// lineMost is more than any line of the archive has bytes.
const lineMost = 4096

// readArchive reads the candles of a zip file with one CSV file in it, with or
// without a header, and of no more than most rows.
func readArchive(content []byte, most int) ([]raw, error) {
	z, err := zip.NewReader(bytes.NewReader(content), int64(len(content)))
	if err != nil {
		return nil, fmt.Errorf("no zip file: %w", err)
	}
	if len(z.File) != 1 || !strings.HasSuffix(z.File[0].Name, ".csv") {
		return nil, fmt.Errorf("%s in the zip, want one .csv", data.Counted(len(z.File), "file"))
	}
	r, err := z.File[0].Open()
	if err != nil {
		return nil, fmt.Errorf("%s: %w", z.File[0].Name, err)
	}
	defer r.Close()
	lines := bufio.NewScanner(io.LimitReader(r, int64(most+2)*lineMost))
	lines.Buffer(nil, lineMost)
	out := make([]raw, 0, most)
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimPrefix(strings.TrimRight(lines.Text(), "\r"), "\ufeff")
		if line == "" || n == 1 && strings.HasPrefix(line, "open") {
			continue
		}
		if len(out) == most {
			return nil, fmt.Errorf("line %d: more than %s", n, data.Counted(most, "candle"))
		}
		cells := strings.Split(line, ",")
		if len(cells) < len(klineCells) {
			return nil, fmt.Errorf("line %d: %d cells, want %d", n, len(cells), len(klineCells))
		}
		var w raw
		for k, to := range klineCells {
			if to != atNone {
				w[to] = cells[k]
			}
		}
		out = append(out, w)
	}
	if err := lines.Err(); err != nil {
		return nil, fmt.Errorf("after %s: %w", data.Counted(len(out), "candle"), err)
	}
	return out, nil
}
