package store

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// timeLayout is how the database keeps a moment: UTC text that sorts.
const timeLayout = "2006-01-02T15:04:05.000Z"

// timeText is t as a column holds it.
func timeText(t time.Time) string { return t.UTC().Format(timeLayout) }

// timeOrNull is t as a nullable column holds it: NULL for the zero time.
func timeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return timeText(t)
}

// textOrNull is s as a nullable column holds it: NULL for "".
func textOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// idOrNull is a reference as a nullable column holds it: NULL for 0.
func idOrNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// column adapts a function to sql.Scanner.
type column func(any) error

// Scan implements sql.Scanner.
func (c column) Scan(v any) error { return c(v) }

// timeInto scans a moment; NULL gives the zero time.
func timeInto(dst *time.Time) sql.Scanner {
	return column(func(v any) error {
		text, err := textOf(v)
		if err != nil || text == "" {
			*dst = time.Time{}
			return err
		}
		*dst, err = time.Parse(timeLayout, text)
		return err
	})
}

// textInto scans text; NULL gives "".
func textInto[S ~string](dst *S) sql.Scanner {
	return column(func(v any) error {
		text, err := textOf(v)
		*dst = S(text)
		return err
	})
}

// jsonInto scans a JSON column into dst, a pointer.
func jsonInto(dst any) sql.Scanner {
	return column(func(v any) error {
		text, err := textOf(v)
		if err != nil || text == "" {
			return err
		}
		return json.Unmarshal([]byte(text), dst)
	})
}

// jsonText is v as a JSON column holds it. Only for types that always encode:
// no channels, functions or NaN.
func jsonText(v any) (string, error) {
	b, err := json.Marshal(v)
	if err != nil {
		return "", fmt.Errorf("encode %T: %w", v, err)
	}
	return string(b), nil
}

// Lists are one value, the JSON of it, that a statement unfolds: so each statement is
// one text, however long a list. json_each and unhex are SQLite's: an engine that has
// none brings them with its schema.
const (
	eachText = `json_each(CAST(? AS TEXT))` // a row each, in the column value
	inTexts  = `IN (SELECT value FROM ` + eachText + `)`
	inIDs    = `IN (SELECT CAST(value AS BIGINT) FROM ` + eachText + `)`
	inHex    = `IN (SELECT unhex(value) FROM ` + eachText + `)` // octets, each written in hexadecimal
)

// noLimit is a LIMIT that takes all.
const noLimit = math.MaxInt64

// idList is ids as json_each reads them; it never fails, having only numbers.
func idList(ids []int64) string {
	b := []byte{'['}
	for i, id := range ids {
		if i > 0 {
			b = append(b, ',')
		}
		b = fmt.Append(b, id)
	}
	return string(append(b, ']'))
}

func textOf(v any) (string, error) {
	switch v := v.(type) {
	case nil:
		return "", nil
	case string:
		return v, nil
	case []byte:
		return string(v), nil
	default:
		return "", fmt.Errorf("column holds %T, want text", v)
	}
}
