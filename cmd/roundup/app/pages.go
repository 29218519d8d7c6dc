package app

import (
	"io/fs"
	"os"
	"path/filepath"

	"roundup/config"
	"roundup/internal/desk/planner"
	"roundup/web/readers"
)

// Sections are the newsletter's as the readers' pages name them.
func Sections(cfg *config.Config) []readers.Section {
	var all []readers.Section
	for i, s := range planner.SectionsOf(cfg) {
		all = append(all, readers.Section{Title: s.Title, Key: s.Key, InBrief: cfg.Digest.Sections[i].Title == ""})
	}
	return all
}

// OwnPages is the folder of one's own parts of the readers' pages, within that
// of the mail's; nil where there is none.
func OwnPages(cfg *config.Config) fs.FS {
	if cfg.Templates == "" {
		return nil
	}
	folder := filepath.Join(cfg.Templates, config.PagesFolder)
	if info, err := os.Stat(folder); err != nil || !info.IsDir() {
		return nil
	}
	return os.DirFS(folder)
}
