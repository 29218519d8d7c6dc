package planner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"time"
)

// Stamp is a text that differs when the next issue may look different: when
// articles, edits or issues changed, a file it is made from, whether a source
// fails, or with the hour which articles are in it. Making it costs a few
// milliseconds; it reads no source and renders nothing. The figures of readers
// are not in it: counting them each second would be too dear.
func (pl *Planner) Stamp(ctx context.Context) (string, error) {
	c, err := pl.choiceOfAll(ctx, pl.nextSlot(ctx))
	if err != nil {
		return "", err
	}
	number, err := pl.store.NextNumber(ctx)
	if err != nil {
		return "", err
	}
	sources, err := pl.store.Sources(ctx)
	if err != nil {
		return "", err
	}
	troubles := map[string]string{}
	for _, s := range sources {
		troubles[s.URL] = s.LastError
	}
	sum := sha256.New()
	parts := struct{ Number, Slot, Fates, Edits, Troubles any }{number, c.at.Slot, c.make().Fates, c.edits, troubles}
	if err := json.NewEncoder(sum).Encode(parts); err != nil {
		return "", fmt.Errorf("see whether the draft changed: %w", err)
	}
	for _, path := range pl.madeFrom() {
		stampFiles(sum, path)
	}
	return hex.EncodeToString(sum.Sum(nil)), nil
}

// madeFrom lists the files and folders that an issue is made from.
func (pl *Planner) madeFrom() []string {
	files := []string{pl.cfg.Path}
	for _, path := range []string{pl.cfg.Templates, pl.cfg.Digest.NoteFile} {
		if path != "" {
			files = append(files, path)
		}
	}
	return files
}

// stampFiles writes the size and the time of a file, or of all in a folder. What
// is missing or can't be read is a state like any other.
func stampFiles(w io.Writer, root string) {
	_ = filepath.WalkDir(root, func(path string, _ fs.DirEntry, err error) error {
		var info fs.FileInfo
		if err == nil {
			info, err = os.Stat(path) // follows a link, as reading it will
		}
		if err != nil {
			fmt.Fprintf(w, "%q: %v\n", path, err)
			return nil
		}
		if !info.IsDir() {
			fmt.Fprintf(w, "%q %d %s\n", path, info.Size(), info.ModTime().Format(time.RFC3339Nano))
		}
		return nil
	})
}
