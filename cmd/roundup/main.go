// Command roundup compiles a publication's recent articles into a digest and
// mails it to its readers, every week, unattended.
//
// This package owns the commands: it reads the settings, opens the database, makes
// the rooms that stand on them, and says by which command something is done. It must
// not hold logic that can't be reached without argv; that is in the rooms it wires
// together. Start reading with run below, then app.go, then the file named after a
// command.
package main

import (
	"context"
	"errors"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // slots need time zones on hosts without them
)

// version is set by the linker for a release.
var version = "dev"

func main() {
	os.Exit(int(start()))
}

// start gives run the process: its signals, streams and environment. The first
// signal asks to finish what is in flight, the second to stop at once.
func start() exitCode {
	hard, abandon := context.WithCancel(context.Background())
	defer abandon()
	soft, drain := context.WithCancelCause(hard)
	defer drain(nil)

	signals := make(chan os.Signal, 2)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM)
	defer signal.Stop(signals)
	hangups := make(chan os.Signal, 1)
	if !signal.Ignored(syscall.SIGHUP) { // as nohup has it
		signal.Notify(hangups, syscall.SIGHUP)
		defer signal.Stop(hangups)
	}
	go func() {
		// A terminal that closes is never the second signal: kernel, shell and
		// session manager each send one, and a SIGTERM, at the same time.
		select {
		case <-signals:
		case <-hangups:
			drain(errInterrupted)
			<-signals
		}
		drain(errInterrupted)
		<-signals
		abandon()
	}()
	// Writing to a pipe that nobody reads is then an error like any other, and
	// not the end of the process (see closedPipe).
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return run(soft, hard, os.Args[1:], stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Environ())
}

// errInterrupted is the cause of a context that a signal ended.
var errInterrupted = errors.New("interrupted")

// stdio are the streams a command speaks through.
type stdio struct {
	In       io.Reader
	Out, Err io.Writer
}

// patient reads from a stream that may be silent for long, and stops waiting
// for it when ctx ends: a person at a terminal can leave with Ctrl-C.
type patient struct {
	ctx context.Context
	in  io.Reader
}

// Read implements io.Reader. After ctx has ended, what a read still under way
// brings is lost.
func (p patient) Read(b []byte) (int, error) {
	type result struct {
		text []byte
		err  error
	}
	done := make(chan result, 1)
	size := len(b)
	go func() {
		text := make([]byte, size) // b is the caller's again once ctx has ended
		n, err := p.in.Read(text)
		done <- result{text[:n], err}
	}()
	select {
	case <-p.ctx.Done():
		return 0, errInterrupted
	case r := <-done:
		return copy(b, r.text), r.err
	}
}

// run runs one command line and returns its exit code.
func run(soft, hard context.Context, args []string, std stdio, environ []string) exitCode {
	a, err := newApp(hard, std, environ)
	if err != nil {
		return printError(std.Err, err)
	}
	root := newRoot(a)
	root.SetArgs(args)
	err = root.ExecuteContext(soft)
	if cerr := a.close(); err == nil {
		err = cerr
	}
	return printError(std.Err, err)
}

// newClock returns the program's calendar: the real one, or one that starts at
// the moment ROUNDUP_CLOCK names and runs on from there.
func newClock(from string) (func() time.Time, error) {
	if from == "" {
		return time.Now, nil
	}
	t, err := time.Parse(time.RFC3339, from)
	if err != nil {
		return nil, &usageError{
			msg:  "ROUNDUP_CLOCK: " + from + " is not a time",
			hint: "write it like 2026-11-20T07:00:00-05:00 (RFC 3339)",
		}
	}
	began := time.Now()
	return func() time.Time { return t.Add(time.Since(began)) }, nil
}
