package outside

import (
	"fmt"
	"math"
	"strconv"

	"mantis/data"
)

// parquetSheet is a Parquet file of flat columns.
type parquetSheet struct{ *data.Foreign }

func openParquet(content []byte) (parquetSheet, error) {
	f, err := data.ReadForeignParquet(content)
	if err != nil {
		return parquetSheet{}, &data.InputError{Reason: err.Error()}
	}
	return parquetSheet{f}, nil
}

func (s parquetSheet) names() []string {
	names := make([]string, len(s.Columns))
	for i, c := range s.Columns {
		names[i] = c.Name
	}
	return names
}

func (s parquetSheet) rows() int        { return s.Rows }
func (s parquetSheet) line(row int) int { return row + 1 }

func (s parquetSheet) text(column, row int) (string, *data.InputError) {
	c := &s.Columns[column]
	if c.Texts == nil {
		return "", &data.InputError{Reason: "a column of " + c.Kind + ", want texts"}
	}
	return c.Texts[row], nil
}

func (s parquetSheet) number(column, row int) (float64, *data.InputError) {
	switch c := &s.Columns[column]; {
	case c.Time:
		return 0, &data.InputError{Reason: "a column of instants, want numbers", Hint: "name the columns that count: columns=a+b"}
	case c.Ints != nil && c.Ints[row] == data.Null:
		return math.NaN(), nil
	case c.Ints != nil && c.Ints[row] > -1<<53 && c.Ints[row] < 1<<53:
		return float64(c.Ints[row]), nil
	case c.Ints != nil:
		return 0, &data.InputError{Value: strconv.FormatInt(c.Ints[row], 10), Reason: "too large a whole number to be told from its neighbours"}
	case c.Floats != nil && math.IsInf(c.Floats[row], 0):
		return 0, notNumber(fmt.Sprint(c.Floats[row]))
	case c.Floats != nil:
		return c.Floats[row], nil
	default:
		return 0, &data.InputError{Reason: "a column of " + c.Kind + ", want numbers", Hint: "name the columns that count: columns=a+b"}
	}
}

func (s parquetSheet) instant(column, row int) (int64, bool, *data.InputError) {
	switch c := &s.Columns[column]; {
	case c.Kind == "INT96":
		return 0, false, &data.InputError{Reason: "instants of 96 bits, of which what is below a microsecond is not read", Hint: "write them as timestamps in microseconds"}
	case c.Texts != nil:
		t, dated, ok := parseInstant(c.Texts[row])
		if !ok {
			return 0, false, notInstant(c.Texts[row])
		}
		return t, dated, nil
	case c.Ints == nil:
		return 0, false, &data.InputError{Reason: "a column of " + c.Kind + ", want instants"}
	case c.Ints[row] == data.Null:
		return 0, false, notInstant("")
	case c.Time:
		return c.Ints[row], c.Kind == "DATE", nil
	case c.Ints[row] < 0:
		return 0, false, notInstant(strconv.FormatInt(c.Ints[row], 10))
	default:
		return micros(c.Ints[row]), false, nil
	}
}
