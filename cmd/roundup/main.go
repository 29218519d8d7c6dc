// Command roundup compiles a publication's recent articles into a digest and
// mails it to its readers, every week, unattended.
//
// This package owns the tree of commands, and of them those of the week, of what an
// issue became, and the ones that run on: serve, work. Those about readers are in
// readership, those that set up and keep in order in setup, and what all stand on is in
// app. It must not hold logic that can't be reached without argv. Start reading with run
// below, then app/app.go, then root.go, then the file named after a command.
package main

import (
	"cmp"
	"context"
	"os"
	"os/signal"
	"syscall"
	_ "time/tzdata" // slots need time zones on hosts without them

	"roundup/cmd/roundup/app"
	"roundup/cmd/roundup/readership"
	"roundup/cmd/roundup/terminal"
)

// version is set by the linker for a release.
var version = "dev"

func main() {
	os.Exit(int(start()))
}

// start gives run the process: its signals, streams and environment. The first
// signal asks to finish what is in flight, the second to stop at once.
func start() app.ExitCode {
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
	// not the end of the process (see closedPipe in app/exit.go).
	signal.Notify(make(chan os.Signal, 1), syscall.SIGPIPE)
	return run(soft, hard, os.Args[1:], app.Streams{In: os.Stdin, Out: os.Stdout, Err: os.Stderr}, os.Environ())
}

// run runs one command line and returns its exit code.
func run(soft, hard context.Context, args []string, std app.Streams, environ []string) app.ExitCode {
	commands := []string{"bounces"}
	a, err := app.New(hard, std, environ, version)
	if err == nil {
		root := newRoot(a)
		for _, c := range root.Commands() {
			commands = append(commands, c.Name())
		}
		root.SetArgs(args)
		err = cmp.Or(root.ExecuteContext(soft), a.Close(), a.Unsaid())
	}
	code := app.PrintError(std.Err, app.Interrupted(soft, err))
	if code != app.ExitDone && readership.HandedOver(args, commands, std.In) {
		return app.ExitTryLater
	}
	return code
}
