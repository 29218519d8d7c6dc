package desk

import (
	"bytes"
	"context"
	"os"
	"time"
)

// changedFor is for how long the configuration must have been another one before the editor
// is told: whoever changes it mostly starts the daemon anew within minutes.
const changedFor = 10 * time.Minute

// startFile is the configuration's file as a daemon began with it, which holds until the
// daemon ends. Other commands read it as it is. The zero value is of nobody who goes on for
// so long.
type startFile struct {
	desk    *Desk
	text    []byte    // nil where it could not be read
	since   time.Time // it is another one; zero while it is the same
	settled bool      // no notice of it is open
}

func (d *Desk) startFile() startFile {
	text, _ := os.ReadFile(d.cfg.Path)
	return startFile{desk: d, text: text}
}

// tellIfChanged tells once that what the file says by now is not in force. That it is needs
// no notice: somebody has started the daemon anew, or taken the change back.
func (f *startFile) tellIfChanged(ctx context.Context) error {
	const cause = "configuration changed"
	if f.text == nil {
		return nil
	}
	d := f.desk
	text, _ := os.ReadFile(d.cfg.Path)
	switch same := bytes.Equal(text, f.text); {
	case text == nil: // it is being replaced
	case same && !f.settled:
		_, err := d.store.CloseNotice(ctx, cause)
		f.since, f.settled = time.Time{}, err == nil
		return err
	case same:
	case f.since.IsZero():
		f.since, f.settled = d.now(), false
		d.log.Warn("the configuration has changed since the start; restart to use it", "file", d.cfg.Path)
	case d.now().Sub(f.since) >= changedFor:
		return d.begin(ctx, cause, News{Kind: ConfigChanged})
	}
	return nil
}
