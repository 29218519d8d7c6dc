package postgres

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5/stdlib"
)

// connector makes connections that take statements as store writes them.
type connector struct {
	driver.Connector
	numbered *sync.Map // statements as PostgreSQL takes them, by how store writes them
}

// Connect implements driver.Connector.
func (c connector) Connect(ctx context.Context) (driver.Conn, error) {
	inner, err := c.Connector.Connect(ctx)
	if err != nil {
		return nil, brief(err)
	}
	pg, ok := inner.(*stdlib.Conn)
	if !ok {
		return nil, fmt.Errorf("the driver gave a %T", inner)
	}
	return &conn{Conn: pg, numbered: c.numbered}, nil
}

// conn is a connection of the driver's but for placeholders and values.
type conn struct {
	*stdlib.Conn
	numbered *sync.Map
}

// answersWithin is how long a server may take to answer on a connection that lay in a pool: two
// that are dead leave a call (delivery.Settings.Call) more than half its time.
const answersWithin = 4 * time.Second

// ResetSession implements driver.SessionResetter. A connection on which nobody answers any more,
// since the server is frozen or was replaced by another, is not waited for: another is made.
func (c *conn) ResetSession(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, answersWithin)
	defer cancel()
	return c.Conn.ResetSession(ctx)
}

// PrepareContext implements driver.ConnPrepareContext.
func (c *conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	return c.Conn.PrepareContext(ctx, c.number(query))
}

// ExecContext implements driver.ExecerContext.
func (c *conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	return c.Conn.ExecContext(ctx, c.number(query), args)
}

// QueryContext implements driver.QueryerContext.
func (c *conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	return c.Conn.QueryContext(ctx, c.number(query), args)
}

// CheckNamedValue makes a value what a column holds: SQLite has no booleans, so
// no table has a column of them.
func (*conn) CheckNamedValue(v *driver.NamedValue) (err error) {
	v.Value, err = driver.DefaultParameterConverter.ConvertValue(v.Value)
	if b, is := v.Value.(bool); is {
		v.Value = int64(0)
		if b {
			v.Value = int64(1)
		}
	}
	return err
}

func (c *conn) number(query string) string {
	if known, ok := c.numbered.Load(query); ok {
		return known.(string)
	}
	text := number(query)
	c.numbered.Store(query, text)
	return text
}

// number turns SQLite's placeholders, ? and ?1, into PostgreSQL's, $1: one without a number
// has the next after the highest before it. A question mark between quotation marks is none.
func number(query string) string {
	var b strings.Builder
	quoted, n := false, 0
	for i := range len(query) {
		c := query[i]
		if c == '\'' {
			quoted = !quoted
		}
		if c != '?' || quoted {
			b.WriteByte(c)
			continue
		}
		b.WriteByte('$')
		if own := leadingNumber(query[i+1:]); own > 0 {
			n = max(n, own)
			continue // it follows
		}
		n++
		b.WriteString(strconv.Itoa(n))
	}
	return b.String()
}

// leadingNumber is the number that a text begins with; 0 for none.
func leadingNumber(text string) (n int) {
	for i := 0; i < len(text) && '0' <= text[i] && text[i] <= '9'; i++ {
		n = 10*n + int(text[i]-'0')
	}
	return n
}
