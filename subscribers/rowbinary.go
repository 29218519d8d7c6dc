package subscribers

import (
	"encoding/binary"
	"errors"
	"time"
)

// errRowBinary is of octets that AppendBinary did not write.
var errRowBinary = errors.New("not a row as it was put aside")

// AppendBinary appends the row to b, for putting aside more rows than fit in memory.
func (r Row) AppendBinary(b []byte) ([]byte, error) {
	b = binary.AppendUvarint(b, uint64(r.Line))
	for _, s := range []string{
		r.Address.Given, r.Address.Local, r.Address.Domain, r.Address.Key, r.Name, string(r.Status), string(r.Suppress),
		r.Skip, r.Consent.How, r.Consent.From, r.Consent.Wording,
	} {
		b = appendText(b, s)
	}
	b = append(b, r.PublicID[:]...)
	for _, t := range []time.Time{r.Consent.At, r.Joined, r.Changed} {
		if t.IsZero() {
			b = append(b, 0)
			continue
		}
		b = binary.AppendVarint(append(b, 1), t.Unix())
		b = binary.AppendUvarint(b, uint64(t.Nanosecond()))
	}
	b = appendTexts(b, r.Labels)
	if r.Choice == nil {
		return append(b, noChoice), nil
	}
	frequency := byte(everyIssue)
	if r.Choice.Monthly {
		frequency = monthly
	}
	return appendTexts(appendText(append(b, frequency), r.Choice.Language), r.Choice.Off), nil
}

// What stands for a row's choice, before its language and what it has turned off.
const (
	noChoice = iota
	everyIssue
	monthly
)

func appendTexts(b []byte, texts []string) []byte {
	b = binary.AppendUvarint(b, uint64(len(texts)))
	for _, s := range texts {
		b = appendText(b, s)
	}
	return b
}

func appendText(b []byte, s string) []byte {
	return append(binary.AppendUvarint(b, uint64(len(s))), s...)
}

// UnmarshalBinary reads what AppendBinary wrote.
func (r *Row) UnmarshalBinary(b []byte) error {
	d := rowReader{b: b}
	*r = Row{Line: int(d.number())}
	var status, suppress string
	for _, s := range []*string{
		&r.Address.Given, &r.Address.Local, &r.Address.Domain, &r.Address.Key, &r.Name, &status, &suppress,
		&r.Skip, &r.Consent.How, &r.Consent.From, &r.Consent.Wording,
	} {
		*s = d.text()
	}
	r.Status, r.Suppress = Status(status), Reason(suppress)
	copy(r.PublicID[:], d.take(len(r.PublicID)))
	for _, t := range []*time.Time{&r.Consent.At, &r.Joined, &r.Changed} {
		if flag := d.take(1); len(flag) == 1 && flag[0] == 1 {
			*t = time.Unix(d.signed(), int64(d.number())).UTC()
		}
	}
	r.Labels = d.texts()
	if flag := d.take(1); len(flag) == 1 && flag[0] != noChoice {
		r.Choice = &Choice{Monthly: flag[0] == monthly, Language: d.text(), Off: d.texts()}
	}
	if d.failed || len(d.b) > 0 {
		return errRowBinary
	}
	return nil
}

// rowReader takes octets apart; once it failed it gives nothing more.
type rowReader struct {
	b      []byte
	failed bool
}

func (d *rowReader) take(n int) []byte {
	if d.failed = d.failed || n < 0 || n > len(d.b); d.failed {
		return nil
	}
	taken := d.b[:n]
	d.b = d.b[n:]
	return taken
}

func (d *rowReader) number() uint64 {
	v, n := binary.Uvarint(d.b)
	if n <= 0 {
		d.failed = true
	}
	d.take(n)
	return v
}

func (d *rowReader) signed() int64 {
	v, n := binary.Varint(d.b)
	if n <= 0 {
		d.failed = true
	}
	d.take(n)
	return v
}

func (d *rowReader) texts() (all []string) {
	for n := d.number(); n > 0 && !d.failed; n-- {
		all = append(all, d.text())
	}
	return all
}

func (d *rowReader) text() string {
	n := d.number()
	if n > uint64(len(d.b)) {
		d.failed = true
		return ""
	}
	return string(d.take(int(n)))
}
