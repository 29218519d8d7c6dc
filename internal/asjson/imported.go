package asjson

import (
	"roundup/subscribers/listfile"
)

// Imported is `subscribers import`: of a file, or of one of its lists.
type Imported struct {
	File        string     `json:"file,omitempty"` // which of several
	Added       int        `json:"added"`
	Mailable    int        `json:"added_mailable"` // of the added: active, at an address that is not suppressed
	Updated     int        `json:"updated"`
	Unchanged   int        `json:"unchanged"`
	Skipped     int        `json:"skipped"`
	Rejected    int        `json:"rejected"`
	RejectsFile string     `json:"rejects_file"`
	Roles       int        `json:"role_addresses"`        // lines taken that may be mailed
	RoleLines   []int      `json:"role_lines,omitempty"`  // some of them
	Unread      int        `json:"unread_dates"`          // lines with a date that is not understood
	UnreadDate  *DateCell  `json:"unread_date,omitempty"` // the first of them
	DryRun      *Reading   `json:"dry_run,omitempty"`
	Files       []Imported `json:"files,omitempty"` // where a file holds several lists
}

// DateCell is a date in a file of readers.
type DateCell struct {
	Line   int    `json:"line"`
	Column string `json:"column"`
	Text   string `json:"text"`
}

// UnreadDateOf is the first date of a file that is not understood; nil for none.
func UnreadDateOf(u listfile.UnreadDates) *DateCell {
	if u.Lines == 0 {
		return nil
	}
	return &DateCell{Line: u.Line, Column: u.Column, Text: u.Text}
}

// Add counts one of several lists.
func (i *Imported) Add(one Imported) {
	i.Added += one.Added
	i.Mailable += one.Mailable
	i.Updated += one.Updated
	i.Unchanged += one.Unchanged
	i.Skipped += one.Skipped
	i.Rejected += one.Rejected
	i.Roles += one.Roles
	i.Unread += one.Unread
	if i.RejectsFile == "" {
		i.RejectsFile = one.RejectsFile
	}
	if i.UnreadDate == nil {
		i.UnreadDate = one.UnreadDate
	}
	i.Files = append(i.Files, one)
}

// Reading is how a file of readers is read.
type Reading struct {
	Source  string   `json:"source"` // "Mailchimp"; "" for no tool that is known
	Columns []Column `json:"columns"`
}

// Column is what a column is taken for.
type Column struct {
	Field  string `json:"field"`
	Column string `json:"column"`
}

// ReadingOf is that of a format.
func ReadingOf(f listfile.Format) *Reading {
	r := &Reading{Source: f.Tool, Columns: []Column{}}
	for _, role := range f.Roles {
		r.Columns = append(r.Columns, Column(role))
	}
	return r
}
