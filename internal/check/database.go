package check

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"syscall"

	"roundup/internal/check/finding"
	"roundup/internal/remedy"
	"roundup/internal/wording"
	"roundup/store"
	"roundup/store/engine"
)

// What an issue and the care for the database take on disk, in bytes, measured
// and rounded up.
const (
	bytesPerDelivery = 2 << 10  // rows, indexes and the write-ahead log
	bytesSpare       = 64 << 20 // for the log between two foldings, and whoever else is there
)

// database looks at the file, who may use it, and the machine under it.
func (c *check) database(ctx context.Context, l *finding.List) {
	if err := c.store.Verify(ctx); err != nil {
		if errors.Is(err, engine.ErrCorrupt) {
			l.Fail("database", err.Error(), "")
			l.Do(remedy.Remedy{Code: c.putBack()})
		} else {
			l.Fail("database", err.Error(), "run it again; if it stays so, look at the disk")
		}
		return
	}
	standing, err := c.store.Standing(ctx)
	var moved *engine.MovedError
	switch {
	case errors.As(err, &moved):
		l.Fail("database", moved.Error(), "")
		l.Do(remedy.Remedy{Code: remedy.NameOther, About: moved.To})
	case err != nil:
		l.Fail("database", err.Error(), "")
	case !standing.Sends():
		l.Fail("database", standing.Detail, "")
		l.Do(remedy.Remedy{Code: remedy.Adopt})
	default:
		l.Pass("database", "whole, and in charge here: "+c.store.Path())
	}
	if file, err := c.store.LeavingsFile(); err != nil {
		l.Fail("leavings", fmt.Sprintf("who leaves can't be put on record in %s: %v", file, err),
			"a backup that is restored would mail those who left since: let Roundup's user write there, or name another file in leavings_file")
	}
	health, err := c.store.Health(ctx)
	if err != nil {
		l.Fail("database", err.Error(), "")
		return
	}
	if health.Orphans > 0 {
		l.Fail("references", fmt.Sprintf("%s of the database name one that is not there: something else has written to it", wording.Count(health.Orphans, "row")), "")
		l.Do(remedy.Remedy{Code: remedy.BackupOrReport})
	}
	c.clock(ctx, l, health)
	c.server(ctx, l)
	c.workers(ctx, l)
	c.disk(ctx, l, health)
}

// putBack is what to do about a damaged database.
func (c *check) putBack() remedy.Code {
	if c.cfg.Database.OnServer() {
		return remedy.RestoreDump
	}
	return remedy.PutBackBackup
}

// disk compares the room there is with what the next issue and a backup take.
func (c *check) disk(ctx context.Context, l *finding.List, h store.Health) {
	if c.cfg.Database.OnServer() {
		l.Skip("disk", fmt.Sprintf("the database takes %s there; how much room is left, only the server's machine knows", wording.Bytes(h.Size)), "")
		return
	}
	folder := filepath.Dir(c.store.Path())
	var fs syscall.Statfs_t
	if err := syscall.Statfs(folder, &fs); err != nil {
		l.Skip("disk", fmt.Sprintf("how much room %s has is not known: %v", folder, err), "")
		return
	}
	readers, err := c.store.Mailable(ctx)
	if err != nil {
		l.Fail("disk", err.Error(), "")
		return
	}
	free := int64(fs.Bavail) * int64(fs.Bsize) //nolint:unconvert // the types differ from system to system
	sending := int64(readers)*bytesPerDelivery + bytesSpare
	detail := fmt.Sprintf("%s free on the disk of the database, which has %s; an issue to %s takes up to %s",
		wording.Bytes(free), wording.Bytes(h.Size), wording.Count(readers, "reader"), wording.Bytes(sending))
	switch {
	case free < sending:
		l.Fail("disk", detail, "free some space: a send stops, and goes on, where the disk is full")
	case free < sending+2*h.Size:
		l.Warn("disk", detail+"; a backup beside it, or the copy that an upgrade makes, takes as much as the database again", "free some space, or back up to another disk")
	default:
		l.Pass("disk", detail)
	}
}
