package data

import (
	"bytes"

	"github.com/parquet-go/parquet-go"
)

// provenance is what a part's file says of how it was made.
var provenance = []string{"mantis.format", "mantis.dataset", "mantis.table", "mantis.partition", "mantis.schema", "mantis.content", "mantis.stage", "mantis.params", "mantis.inputs"}

// encodeSmall encodes rows anew, as small as it gets, with the words of the file
// that they were read from.
func encodeSmall(b *Batch, old []byte) ([]byte, error) {
	f, err := parquet.OpenFile(bytes.NewReader(old), int64(len(old)), parquet.SkipBloomFilters(true), parquet.SkipPageIndex(true))
	if err != nil {
		return nil, err
	}
	meta := map[string]string{}
	for _, key := range provenance {
		if text, ok := f.Lookup(key); ok {
			meta[key] = text
		}
	}
	var out bytes.Buffer
	w, err := NewParquetWriter(&out, b.schema, meta)
	if err != nil {
		return nil, err
	}
	w.pages.small = true
	if err := w.Write(b); err != nil {
		return nil, err
	}
	if err := w.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}
