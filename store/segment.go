package store

import (
	"strings"

	"roundup/store/engine"
	"roundup/subscribers"
)

// segment is a filter as conditions on selectSubscriber's tables, and what they are
// compared with. Nothing of the filter stands in the text but by way of a parameter.
func segment(f subscribers.Filter) (conditions string, args []any) {
	var b strings.Builder
	for _, t := range f.Terms {
		condition, values := oneTerm(t)
		b.WriteString(" AND ")
		if t.Not {
			b.WriteString("NOT ")
		}
		b.WriteString("(" + condition + ")")
		args = append(args, values...)
	}
	return b.String(), args
}

func oneTerm(t subscribers.Term) (string, []any) {
	switch t.Field {
	case subscribers.FilterStatus:
		return `n.status = ?`, []any{t.Value}
	case subscribers.FilterLabel:
		return `n.labels <> '[]' AND EXISTS (SELECT 1 FROM json_each(n.labels) WHERE value = ?)`, []any{t.Value}
	case subscribers.FilterSection:
		return `n.sections_off = '[]' OR NOT EXISTS (SELECT 1 FROM json_each(n.sections_off) WHERE value = ?)`, []any{t.Value}
	case subscribers.FilterDomain:
		escaped := strings.NewReplacer(`\`, `\\`, `%`, `\%`, `_`, `\_`).Replace(t.Value)
		return `s.key LIKE ? ESCAPE '\'`, []any{"%@" + escaped}
	case subscribers.FilterJoined:
		from, until := t.Span()
		switch {
		case from.IsZero():
			return `n.joined_at < ?`, []any{engine.TimeText(until)}
		case until.IsZero():
			return `n.joined_at >= ?`, []any{engine.TimeText(from)}
		}
		return `n.joined_at >= ? AND n.joined_at < ?`, []any{engine.TimeText(from), engine.TimeText(until)}
	}
	return `1 = 0`, nil
}
