package engine

import (
	"database/sql"
	"encoding/json"
	"fmt"
	"math"
	"time"
)

// TimeLayout is how the database keeps a moment: UTC text that sorts.
const TimeLayout = "2006-01-02T15:04:05.000Z"

// TimeText is t as a column holds it.
func TimeText(t time.Time) string { return t.UTC().Format(TimeLayout) }

// TimeOrNull is t as a nullable column holds it: NULL for the zero time.
func TimeOrNull(t time.Time) any {
	if t.IsZero() {
		return nil
	}
	return TimeText(t)
}

// TextOrNull is s as a nullable column holds it: NULL for "".
func TextOrNull(s string) any {
	if s == "" {
		return nil
	}
	return s
}

// IDOrNull is a reference as a nullable column holds it: NULL for 0.
func IDOrNull(id int64) any {
	if id == 0 {
		return nil
	}
	return id
}

// Column adapts a function to sql.Scanner.
type Column func(any) error

// Scan implements sql.Scanner.
func (c Column) Scan(v any) error { return c(v) }

// TimeInto scans a moment; NULL gives the zero time.
func TimeInto(dst *time.Time) sql.Scanner {
	return Column(func(v any) error {
		text, err := textOf(v)
		if err != nil || text == "" {
			*dst = time.Time{}
			return err
		}
		*dst, err = parseTime(text)
		return err
	})
}

// parseTime reads what TimeText writes, in a fifth of the time that time.Parse takes, which
// has the word where it is anything else.
func parseTime(text string) (time.Time, error) {
	var part [7]int // year, month, day, hour, minute, second, millisecond
	place := 0
	for i := range len(text) {
		if i >= len(TimeLayout) {
			return time.Parse(TimeLayout, text)
		}
		switch want := TimeLayout[i]; {
		case want >= '0' && want <= '9':
			if text[i] < '0' || text[i] > '9' {
				return time.Parse(TimeLayout, text)
			}
			part[place] = part[place]*10 + int(text[i]-'0')
		case text[i] != want:
			return time.Parse(TimeLayout, text)
		default:
			place++
		}
	}
	t := time.Date(part[0], time.Month(part[1]), part[2], part[3], part[4], part[5], part[6]*int(time.Millisecond), time.UTC)
	if len(text) != len(TimeLayout) || t.Month() != time.Month(part[1]) || t.Day() != part[2] || part[3] > 23 || part[4] > 59 || part[5] > 59 {
		return time.Parse(TimeLayout, text)
	}
	return t, nil
}

// TextInto scans text; NULL gives "".
func TextInto[S ~string](dst *S) sql.Scanner {
	return Column(func(v any) error {
		text, err := textOf(v)
		*dst = S(text)
		return err
	})
}

// JSONInto scans a JSON column into dst, a pointer.
func JSONInto(dst any) sql.Scanner {
	return Column(func(v any) error {
		text, err := textOf(v)
		if err != nil || text == "" {
			return err
		}
		return json.Unmarshal([]byte(text), dst)
	})
}

// JSONText is v as a JSON column holds it. Only for types that always encode:
// no channels, functions or NaN.
func JSONText(v any) (string, error) {
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
	EachText = `json_each(CAST(? AS TEXT))` // a row each, in the column value
	InTexts  = `IN (SELECT value FROM ` + EachText + `)`
	InIDs    = `IN (SELECT CAST(value AS BIGINT) FROM ` + EachText + `)`
	InHex    = `IN (SELECT unhex(value) FROM ` + EachText + `)` // octets, each written in hexadecimal
)

// NoLimit is a LIMIT that takes all.
const NoLimit = math.MaxInt64

// IDList is ids as json_each reads them; it never fails, having only numbers.
func IDList(ids []int64) string {
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

// KeysText is keys of sections as a column holds them: equal ones as equal text.
func KeysText(keys []string) string {
	text, err := json.Marshal(append([]string{}, keys...))
	if err != nil {
		return "[]" // texts always encode
	}
	return string(text)
}

// KeysInto scans what KeysText wrote; nil for none.
func KeysInto(dst *[]string) sql.Scanner {
	return Column(func(v any) error {
		*dst = nil
		if err := JSONInto(dst).Scan(v); err != nil {
			return err
		}
		if len(*dst) == 0 {
			*dst = nil
		}
		return nil
	})
}
