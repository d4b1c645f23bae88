package data

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/apache/arrow/go/v17/arrow/ipc"
)

// Formats are what WriteTable can write: one file for a whole table.
var Formats = []string{"parquet", "arrow", "csv"}

// rowWriter takes the rows of a table, part after part.
type rowWriter interface {
	Write(b *Batch) error
	Close() error
}

// WriteTable writes a table of a version as one file: its parts in the order of
// their keys, one in memory at a time. Times are instants in UTC. A partition
// that is no column, the period, is left out, as it is in the parts. In CSV an
// instant is RFC 3339 with microseconds, a float the shortest decimal that reads
// back as the same double, a missing value nothing, and an empty text "".
func (s *Store) WriteTable(ctx context.Context, w io.WriteSeeker, v *Version, table, format string) error {
	schema, err := v.Table(table)
	if err != nil {
		return err
	}
	schema.Partition = nil // one file has no directory names to agree with
	var rows rowWriter
	switch format {
	case "parquet":
		rows, err = NewParquetWriter(w, schema, map[string]string{"mantis.dataset": v.Dataset, "mantis.version": v.ID, "mantis.table": table})
	case "arrow":
		rows, err = newArrowFile(w, schema)
	case "csv":
		rows = newCSVFile(w, schema)
	default:
		return fmt.Errorf("format %q: want one of %s", format, strings.Join(Formats, ", "))
	}
	if err != nil {
		return err
	}
	for _, p := range v.Of(table) {
		if err := ctx.Err(); err != nil {
			return err
		}
		b, err := s.Read(v, p)
		if err != nil {
			return err
		}
		if err := rows.Write(&Batch{schema: schema, rows: b.rows, cols: b.cols}); err != nil {
			return err
		}
	}
	return rows.Close()
}

// arrowFile is a file of Arrow IPC, a record batch for each part.
type arrowFile struct{ *ipc.FileWriter }

func newArrowFile(w io.WriteSeeker, schema Schema) (arrowFile, error) {
	f, err := ipc.NewFileWriter(w, ipc.WithSchema(schema.arrow()))
	return arrowFile{f}, err
}

// Write adds the rows of a batch.
func (f arrowFile) Write(b *Batch) error {
	rec := b.Record()
	defer rec.Release()
	return f.FileWriter.Write(rec)
}

// csvFile is a file of comma-separated values.
type csvFile struct {
	out *bufio.Writer
	err error
}

func newCSVFile(w io.Writer, schema Schema) *csvFile {
	f := &csvFile{out: bufio.NewWriterSize(w, 1<<16)}
	var names []string
	for _, field := range schema.Fields {
		names = append(names, field.Name)
	}
	_, f.err = f.out.WriteString(strings.Join(names, ",") + "\n")
	return f
}

// csvTime is RFC 3339 with microseconds.
const csvTime = "2006-01-02T15:04:05.000000Z"

// Write adds the rows of a batch.
func (f *csvFile) Write(b *Batch) error {
	var line []byte
	for r := 0; r < b.rows && f.err == nil; r++ {
		line = line[:0]
		for i, field := range b.schema.Fields {
			if i > 0 {
				line = append(line, ',')
			}
			line = b.appendCSV(line, i, r, field.Type)
		}
		_, f.err = f.out.Write(append(line, '\n'))
	}
	return f.err
}

// Close writes what is left.
func (f *csvFile) Close() error {
	if f.err != nil {
		return f.err
	}
	return f.out.Flush()
}

// appendCSV appends one cell.
func (b *Batch) appendCSV(line []byte, i, r int, t Type) []byte {
	switch x := b.cols[i].(type) {
	case []float64:
		if x[r] == x[r] {
			return strconv.AppendFloat(line, x[r], 'g', -1, 64)
		}
	case []int64:
		switch {
		case x[r] == Null:
		case t == Time:
			return time.UnixMicro(x[r]).UTC().AppendFormat(line, csvTime)
		default:
			return strconv.AppendInt(line, x[r], 10)
		}
	case []bool:
		return strconv.AppendBool(line, x[r])
	case []string, Repeated:
		s := b.text(i, r)
		if s == "" || strings.ContainsAny(s, ",\"\r\n") || strings.TrimSpace(s) != s {
			return append(append(append(line, '"'), strings.ReplaceAll(s, `"`, `""`)...), '"')
		}
		return append(line, s...)
	}
	return line
}
