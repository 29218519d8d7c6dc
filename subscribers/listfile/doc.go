// Package listfile reads and writes the list of readers as a file: CSV as
// people and other tools write it, Roundup's own export, and the lines an
// import did not take.
//
// It must not know SQL, HTTP or the clock, and must not decide what a row makes
// of a reader: that is subscribers.Merge. It is pure, the caller opens the file.
//
// Start reading with OpenCSV; sniff (layout.go) finds out what a file is, Rows
// makes rows of its lines, CSVWriter writes what OpenCSV reads back.
package listfile
