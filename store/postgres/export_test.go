package postgres

import "io/fs"

// WithMigrations makes options with other migrations than the embedded ones.
func (o Options) WithMigrations(files fs.FS) Options {
	o.migrations = files
	return o
}
