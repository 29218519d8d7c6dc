package engine

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
)

// Values are those of a row, taken in their order. After one that is not what was asked
// for, there is nothing but zero values, and Err.
type Values struct {
	row  []driver.Value // int64, string, []byte or nil
	next int
	err  error

	timeText string // of the last moment: of a reader, most are the same
	time     time.Time
}

// ValuesOf reads a row of so many columns.
func ValuesOf(r Row, columns int) (*Values, error) {
	row, into := make([]driver.Value, columns), make([]any, columns)
	for i := range row {
		into[i] = (*any)(&row[i])
	}
	return &Values{row: row}, r.Scan(into...)
}

// Err says which value was not what was asked for.
func (v *Values) Err() error { return v.err }

func (v *Values) take() any {
	if v.err != nil {
		return nil
	}
	value := v.row[v.next]
	v.next++
	return value
}

func (v *Values) failed(err error) {
	if err != nil && v.err == nil {
		v.err = fmt.Errorf("column %d: %w", v.next, err)
	}
}

// Number is an integer; NULL is 0.
func (v *Values) Number() int64 {
	switch value := v.take().(type) {
	case nil:
	case int64:
		return value
	default:
		v.failed(fmt.Errorf("it holds %T, want an integer", value))
	}
	return 0
}

// Text is text; NULL is "".
func (v *Values) Text() string {
	text, err := textOf(v.take())
	v.failed(err)
	return text
}

// Octets are good until the next row; NULL is nil.
func (v *Values) Octets() []byte {
	switch value := v.take().(type) {
	case nil:
	case []byte:
		return value
	default:
		v.failed(fmt.Errorf("it holds %T, want octets", value))
	}
	return nil
}

// Time is a moment; NULL is the zero time.
func (v *Values) Time() time.Time {
	text := v.Text()
	if text == "" {
		return time.Time{}
	}
	if text != v.timeText {
		t, err := parseTime(text)
		if v.failed(err); err != nil {
			return time.Time{}
		}
		v.timeText, v.time = text, t
	}
	return v.time
}

// Texts is a list of texts in JSON; nil for none.
func (v *Values) Texts() (all []string) {
	text := v.Text()
	if text == "" || text == "[]" {
		return nil
	}
	if inner, plain := strings.CutPrefix(text, `["`); plain && !strings.Contains(text, `\`) {
		// As json.Marshal writes it, with nothing that it escapes.
		all = strings.Split(strings.TrimSuffix(inner, `"]`), `","`)
		if strings.HasSuffix(inner, `"]`) && !slices.ContainsFunc(all, func(s string) bool { return strings.Contains(s, `"`) }) {
			return all
		}
		all = nil
	}
	v.failed(json.Unmarshal([]byte(text), &all))
	return all
}

// QueryMany gives each row of a query to each, whose values are good until the next. It is
// for lists: database/sql takes longer for a value than either engine.
func QueryMany(ctx context.Context, q Querier, each func(*Values) error, query string, args ...any) error {
	conn, ok := q.(*sql.Conn)
	if !ok {
		return fmt.Errorf("a transaction is a %T", q)
	}
	named := make([]driver.NamedValue, len(args))
	for i, arg := range args {
		value, err := driver.DefaultParameterConverter.ConvertValue(arg)
		if err != nil {
			return fmt.Errorf("parameter %d: %w", i+1, err)
		}
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: value}
	}
	return conn.Raw(func(inner any) error {
		asked, ok := inner.(driver.QueryerContext)
		if !ok {
			return fmt.Errorf("the driver gave a %T", inner)
		}
		rows, err := asked.QueryContext(ctx, query, named)
		if err != nil {
			return err
		}
		return errors.Join(eachRow(rows, each), rows.Close())
	})
}

func eachRow(rows driver.Rows, each func(*Values) error) error {
	v := Values{row: make([]driver.Value, len(rows.Columns()))}
	for {
		switch err := rows.Next(v.row); {
		case errors.Is(err, io.EOF):
			return nil
		case err != nil:
			return err
		}
		v.next, v.err = 0, nil
		if err := each(&v); err != nil {
			return err
		}
	}
}
