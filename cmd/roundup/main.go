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
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"
	_ "time/tzdata" // slots need time zones on hosts without them

	"roundup/cmd/roundup/terminal"
	"roundup/cmd/roundup/words"
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
			drain(terminal.ErrInterrupted)
			<-signals
		}
		drain(terminal.ErrInterrupted)
		<-signals
		abandon()
	}()
	// Writing to a pipe that nobody reads is then an error like any other, and
	// not the end of the process (see closedPipe).
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return run(soft, hard, os.Args[1:], stdio{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Environ())
}

// stdio are the streams a command speaks through.
type stdio struct {
	In       io.Reader
	Out, Err io.Writer
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
		return nil, &words.UsageError{
			Msg:  "ROUNDUP_CLOCK: " + from + " is not a time",
			Hint: "write it like 2026-11-20T07:00:00-05:00 (RFC 3339)",
		}
	}
	began := time.Now()
	return func() time.Time { return t.Add(time.Since(began)) }, nil
}
