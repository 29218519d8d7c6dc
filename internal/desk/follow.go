package desk

import (
	"bytes"
	"context"
	"errors"
	"os"
	"sync"
	"time"

	"roundup/config"
)

// ErrOtherDatabase says that the configuration names another database than the
// one at work.
var ErrOtherDatabase = errors.New("database: another one is open")

// Follower is a desk that follows its configuration's file: it is made anew when
// the file is another one, so that whoever edits it sees what comes of it.
type Follower struct {
	options Options
	load    func() (*config.Config, error)

	mu     sync.Mutex
	desk   *Desk
	source []byte    // the file the desk was made from
	broken error     // why it could not be made from the file as it is now
	tried  []byte    // that file
	at     time.Time // it was tried
}

// tryAgain is how often a configuration that is wrong is read again: the mistake may be
// in another file that it names, such as a password's.
const tryAgain = 5 * time.Second

// Follow begins with a desk and the options it was made from. load reads the
// configuration as it is.
func Follow(d *Desk, o Options, load func() (*config.Config, error)) (*Follower, error) {
	source, err := os.ReadFile(o.Config.Path)
	return &Follower{options: o, load: load, desk: d, source: source}, err
}

// Now returns the desk as it is configured at this moment; with an error, which
// says why it can't be made, the last there was.
func (f *Follower) Now(ctx context.Context) (*Desk, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	source, err := os.ReadFile(f.options.Config.Path)
	switch {
	case err != nil:
		return f.desk, err
	case bytes.Equal(source, f.source):
		f.broken = nil
	case f.broken == nil || !bytes.Equal(source, f.tried) || f.options.Now().Sub(f.at) >= tryAgain:
		f.tried, f.at = source, f.options.Now()
		if f.broken = f.reload(ctx); f.broken == nil {
			f.source = source
		}
	}
	return f.desk, f.broken
}

// reload makes the desk anew from the configuration as it is now.
func (f *Follower) reload(ctx context.Context) error {
	o := f.options
	var err error
	if o.Config, err = f.load(); err != nil {
		return err
	}
	if o.Config.Database != f.options.Config.Database {
		return ErrOtherDatabase
	}
	d, err := New(ctx, o)
	if err == nil {
		f.desk = d
	}
	return err
}
