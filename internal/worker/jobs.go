package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/riverqueue/river"
	"github.com/riverqueue/river/riverdriver/riverpgxv5"
	"github.com/riverqueue/river/rivermigrate"
	"github.com/riverqueue/river/rivertype"

	"roundup/store/ledger"
	"roundup/store/postgres"
)

const (
	queue = "ranges"
	// jobsAhead is how many jobs one process holds that it has not looked at.
	jobsAhead = 2
	// jobTimeout is how long a job waits for the worker to look: it has a range in hand.
	jobTimeout = 4 * time.Minute
	// jobRescue is when a job counts as left behind by a process that died.
	jobRescue = 5 * time.Minute
	// jobsKept is how long a finished job stays in the table.
	jobsKept = time.Minute
	// jobsMost is how many jobs one sweep makes.
	jobsMost = 200
	// startAgain is the pause after River could not be started.
	startAgain = 5 * time.Second
	// closesWithin is how long connections may take to close.
	closesWithin = time.Second
)

// deliverRange is the one kind of job: there is something to send in a range. It
// decides nothing, and may be lost, doubled or late.
type deliverRange struct {
	Issue  int64 `json:"issue"`
	Number int   `json:"range"`
}

// Kind implements river.JobArgs.
func (deliverRange) Kind() string { return "deliver_range" }

// InsertOpts implements river.JobArgsWithInsertOpts: one job a range at a time. A finished
// one does not count, which River's own default would have for a day.
func (deliverRange) InsertOpts() river.InsertOpts {
	return river.InsertOpts{
		Queue:       queue,
		MaxAttempts: 1000,
		UniqueOpts: river.UniqueOpts{ByArgs: true, ByState: []rivertype.JobState{
			rivertype.JobStateAvailable, rivertype.JobStatePending, rivertype.JobStateRetryable,
			rivertype.JobStateRunning, rivertype.JobStateScheduled,
		}},
	}
}

// Jobs are the wake-up calls of a database, which River keeps beside it.
type Jobs struct {
	pool   *pgxpool.Pool
	schema string
	log    *slog.Logger
	insert *river.Client[pgx.Tx]
}

// OpenJobs connects to the jobs of the database at an address, and makes their tables where
// there are none. A new connection takes user and password from the address as it is by then
// (now, which may be nil), and nothing else: the store stays where it was opened, too. No
// connection is kept.
func OpenJobs(ctx context.Context, address string, now func() string, log *slog.Logger) (*Jobs, error) {
	at, schema, err := postgres.Config(address)
	if err != nil {
		return nil, err
	}
	config, err := pgxpool.ParseConfig(address)
	if err != nil {
		return nil, errors.New("the address of the database can't be read") // the driver's words repeat it
	}
	config.ConnConfig, config.BeforeConnect = at, postgres.Login(now)
	config.MaxConns = 4
	pool, err := pgxpool.NewWithConfig(ctx, config)
	if err != nil {
		return nil, err
	}
	j := &Jobs{pool: pool, schema: schema + "_river", log: quiet(log)}
	if err := j.migrate(ctx); err != nil {
		pool.Close()
		return nil, fmt.Errorf("make River's tables: %w", err)
	}
	j.insert, err = river.NewClient(riverpgxv5.New(pool), &river.Config{Schema: j.schema, Logger: j.log})
	if err != nil {
		pool.Close()
		return nil, err
	}
	return j, nil
}

// Close closes the connections. Those on which nobody answers are not waited for, which the
// driver does for 15 seconds each.
func (j *Jobs) Close() error {
	closed := make(chan struct{})
	go func() {
		j.pool.Close()
		close(closed)
	}()
	select {
	case <-closed:
	case <-time.After(closesWithin):
	}
	return nil
}

// migrate brings River's tables up to date, one process at a time.
func (j *Jobs) migrate(ctx context.Context) error {
	migrator, err := rivermigrate.New(riverpgxv5.New(j.pool), &rivermigrate.Config{Schema: j.schema, Logger: j.log})
	if err != nil {
		return err
	}
	if done, err := migrator.Validate(ctx, nil); err == nil && done.OK {
		return nil // the tables may have been made by somebody who may do more than we
	}
	conn, err := j.pool.Acquire(ctx)
	if err != nil {
		return err
	}
	defer conn.Release()
	if _, err := conn.Exec(ctx, `SELECT pg_advisory_lock(hashtext($1))`, j.schema); err != nil {
		return err
	}
	defer func() {
		_, _ = conn.Exec(context.WithoutCancel(ctx), `SELECT pg_advisory_unlock(hashtext($1))`, j.schema)
	}()
	if _, err := conn.Exec(ctx, `CREATE SCHEMA IF NOT EXISTS `+pgx.Identifier{j.schema}.Sanitize()); err != nil {
		return err
	}
	_, err = migrator.Migrate(ctx, rivermigrate.DirectionUp, nil)
	return err
}

// Sweep makes a job for each of these ranges that has none.
func (j *Jobs) Sweep(ctx context.Context, free []ledger.Free) error {
	if len(free) == 0 {
		return nil
	}
	jobs := make([]river.InsertManyParams, len(free))
	for i, f := range free {
		jobs[i] = river.InsertManyParams{Args: deliverRange(f)}
	}
	if _, err := j.insert.InsertMany(ctx, jobs); err != nil {
		return fmt.Errorf("wake workers up: %w", err)
	}
	return nil
}

// offer hands jobs to a worker, over a channel nobody else reads, until ctx ends. Where
// River can't be started the worker looks for ranges by itself meanwhile.
func (j *Jobs) offer(ctx context.Context, name string, offers chan<- ledger.Free) {
	for ctx.Err() == nil {
		err := j.listen(ctx, name, offers)
		if ctx.Err() != nil {
			return
		}
		j.log.Warn("no wake-up calls for now: this worker looks for ranges by itself", "error", err)
		pause(ctx, startAgain)
	}
}

func (j *Jobs) listen(ctx context.Context, name string, offers chan<- ledger.Free) error {
	workers := river.NewWorkers()
	if err := river.AddWorkerSafely(workers, &offering{offers: offers, ends: ctx.Done()}); err != nil {
		return err
	}
	client, err := river.NewClient(riverpgxv5.New(j.pool), &river.Config{
		ID:                          name,
		Schema:                      j.schema,
		Logger:                      j.log,
		Queues:                      map[string]river.QueueConfig{queue: {MaxWorkers: jobsAhead}},
		Workers:                     workers,
		JobTimeout:                  jobTimeout,
		RescueStuckJobsAfter:        jobRescue,
		CompletedJobRetentionPeriod: jobsKept,
		DiscardedJobRetentionPeriod: jobsKept,
		RetryPolicy:                 atOnce{},
	})
	if err != nil {
		return err
	}
	// What is stopped by the context gives its jobs back.
	if err := client.Start(context.WithoutCancel(ctx)); err != nil {
		return err
	}
	select {
	case <-ctx.Done():
	case <-client.Stopped():
		return errors.New("it has stopped")
	}
	stopping, cancel := context.WithTimeout(context.WithoutCancel(ctx), startAgain)
	defer cancel()
	return client.Stop(stopping)
}

// offering is what works a job: it is done once the worker has taken it.
type offering struct {
	river.WorkerDefaults[deliverRange]
	offers chan<- ledger.Free
	ends   <-chan struct{}
}

// Work implements river.Worker.
func (o *offering) Work(ctx context.Context, job *river.Job[deliverRange]) error {
	select {
	case o.offers <- ledger.Free(job.Args):
		return nil
	case <-ctx.Done():
		return nil // the worker has enough in hand: the next sweep makes another, if need be
	case <-o.ends:
		return river.JobSnooze(0) // for another worker
	}
}

// atOnce puts a job that was left behind to where it came from in the line.
type atOnce struct{}

// NextRetry implements river.ClientRetryPolicy.
func (atOnce) NextRetry(job *rivertype.JobRow) time.Time { return job.CreatedAt }

// quiet lets River's own log say what goes wrong, and nothing else.
func quiet(log *slog.Logger) *slog.Logger {
	return slog.New(louder{log.Handler()})
}

// louder is a handler of warnings and errors alone.
type louder struct{ slog.Handler }

// Enabled implements slog.Handler.
func (l louder) Enabled(ctx context.Context, level slog.Level) bool {
	return level >= slog.LevelWarn && l.Handler.Enabled(ctx, level)
}
