package main

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"roundup/internal/testing/smtptest"
	"roundup/store/postgres"
)

// cmdExits is `exits CODE PROGRAM ARG…`: run it, and it ends with that code.
func cmdExits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits CODE PROGRAM ARG…")
	}
	got := 0
	err := ts.Exec(args[1], args[2:]...)
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		got, err = exit.ExitCode(), nil
	}
	ts.Check(err)
	if strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// cmdSignal is `signal INT|TERM|KILL`: to the program in the background.
func cmdSignal(ts *testscript.TestScript, _ bool, args []string) {
	running := ts.BackgroundCmds()
	if len(running) != 1 || len(args) != 1 {
		ts.Fatalf("usage: signal NAME, with one program in the background; there are %d", len(running))
	}
	signals := map[string]syscall.Signal{"INT": syscall.SIGINT, "TERM": syscall.SIGTERM, "KILL": syscall.SIGKILL, "HUP": syscall.SIGHUP}
	sceneOf(ts).signalled = running[0]
	ts.Check(running[0].Process.Signal(signals[args[0]]))
}

// cmdEnded is `ended CODE`: the program signalled ended so; use it after `wait`.
func cmdEnded(ts *testscript.TestScript, _ bool, args []string) {
	if got := sceneOf(ts).signalled.ProcessState.ExitCode(); strconv.Itoa(got) != args[0] {
		ts.Fatalf("exit code %d, want %s", got, args[0])
	}
}

// reopen listens again at the relay's port, with nothing kept.
func (s *scene) reopen() (err error) {
	port := strconv.Itoa(s.mta.Port())
	o := relayOptions(s.rules)
	o.Addr = "127.0.0.1:" + port
	s.mta, err = smtptest.New(o)
	return err
}

// relayOptions are those of a script's relay: anybody may sign in.
func relayOptions(r *rules) smtptest.Options {
	return smtptest.Options{Script: r.act, Extensions: append(smtptest.DefaultExtensions(), "AUTH PLAIN LOGIN")}
}

// slowly lets the relay take its time before each step's usual answer.
func slowly(ts *testscript.TestScript, step, answer, pause string) smtptest.Script {
	d, err := time.ParseDuration(pause)
	ts.Check(err)
	return smtptest.On(smtptest.Step(step), smtptest.Reply(answer).After(d))
}

// hook keeps what is posted to it, a line each, in a file.
func hook(file string) http.HandlerFunc {
	var mu sync.Mutex
	return func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		defer mu.Unlock()
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = appendLine(file, body)
		}
		if err != nil {
			http.Error(w, err.Error(), http.StatusInternalServerError)
		}
	}
}

func appendLine(file string, line []byte) error {
	f, err := os.OpenFile(file, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(append(line, '\n'))
	return errors.Join(err, f.Close())
}

// cmdDump is `dump FILE`: every row of every table of the database.
func cmdDump(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 1 {
		ts.Fatalf("usage: dump FILE")
	}
	db, list := databaseOf(ts), `SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name`
	defer db.Close()
	if onPostgres(ts) {
		list = `SELECT tablename FROM pg_tables WHERE schemaname = current_schema() ORDER BY tablename`
	}
	tables, err := db.Query(list)
	ts.Check(err)
	var all strings.Builder
	for _, table := range rowsOf(ts, tables) {
		fmt.Fprintf(&all, "== %s\n", table[0])
		rows, err := db.Query(`SELECT * FROM "` + fmt.Sprint(table[0]) + `"`)
		ts.Check(err)
		for _, row := range rowsOf(ts, rows) {
			fmt.Fprintf(&all, "%q\n", row)
		}
	}
	write(ts, args[0], all.String())
}

// onPostgres reports whether the script's database is on a server.
func onPostgres(ts *testscript.TestScript) bool { return ts.Getenv("ROUNDUP_DATABASE") != "" }

// databaseOf is the script's database, behind the program's back.
func databaseOf(ts *testscript.TestScript) *sql.DB {
	var db *sql.DB
	var err error
	if onPostgres(ts) {
		db, err = postgres.Pool(ts.Getenv("ROUNDUP_DATABASE"))
	} else {
		db, err = sql.Open("sqlite3", "file:"+ts.MkAbs("roundup.db")+"?mode=rw")
	}
	ts.Check(err)
	return db
}

func rowsOf(ts *testscript.TestScript, rows *sql.Rows) [][]any {
	defer rows.Close()
	columns, err := rows.Columns()
	ts.Check(err)
	var all [][]any
	for rows.Next() {
		row, into := make([]any, len(columns)), make([]any, len(columns))
		for i := range row {
			into[i] = &row[i]
		}
		ts.Check(rows.Scan(into...))
		all = append(all, row)
	}
	ts.Check(rows.Err())
	return all
}

// cmdAnswers is `answers URL CODE TEXT`: before long it answers with that status
// and a body that holds TEXT.
func cmdAnswers(ts *testscript.TestScript, _ bool, args []string) {
	if len(args) != 3 {
		ts.Fatalf("usage: answers URL CODE TEXT")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 2*time.Minute)
	defer cancel()
	last := "nothing"
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, args[0], nil)
		ts.Check(err)
		if res, err := http.DefaultClient.Do(req); err == nil {
			body, _ := io.ReadAll(res.Body)
			_ = res.Body.Close()
			last = fmt.Sprintf("%d %s", res.StatusCode, body)
			if strconv.Itoa(res.StatusCode) == args[1] && strings.Contains(string(body), args[2]) {
				return
			}
		}
		select {
		case <-ctx.Done():
			ts.Fatalf("%s answered %s", args[0], last)
		case <-time.After(20 * time.Millisecond): // a poll for another process, bounded by ctx
		}
	}
}
