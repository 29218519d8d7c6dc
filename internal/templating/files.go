package templating

import (
	"errors"
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// maxFile is how large the file of a template may be, in octets: twice what a mail
// may be.
const maxFile = 200_000

// Read reads the templates of a folder by file name, those that match a pattern such
// as "*.html". The folder must be there: without that, one that was moved away in the
// middle of the week would leave the issue to the built-in templates.
func (k Kind) Read(folder fs.FS, patterns ...string) (map[string]string, error) {
	if _, err := fs.Stat(folder, "."); err != nil {
		return nil, &Error{
			Name: "templates", Message: "the folder can't be read: " + causeOf(err), Err: err,
			Hint: "mend templates: in the configuration, or put the folder back",
		}
	}
	files := map[string]string{}
	for _, pattern := range patterns {
		names, err := fs.Glob(folder, pattern)
		if err != nil {
			return nil, fmt.Errorf("list templates: %w", err)
		}
		for _, name := range names {
			if files[name], err = readTemplate(folder, name); err != nil {
				return nil, k.in(err)
			}
		}
	}
	return files, nil
}

func readTemplate(folder fs.FS, name string) (string, error) {
	info, err := fs.Stat(folder, name)
	switch {
	case err != nil:
		return "", &Error{Name: name, Message: "can't be read: " + causeOf(err), Err: err}
	case !info.Mode().IsRegular(): // a pipe would be waited for, and a device never ends
		return "", &Error{Name: name, Message: "is not a file"}
	case info.Size() > maxFile:
		return "", &Error{Name: name, Message: fmt.Sprintf("has %d octets; a template may have %d", info.Size(), maxFile)}
	}
	octets, err := fs.ReadFile(folder, name)
	if err != nil {
		return "", &Error{Name: name, Message: "can't be read: " + causeOf(err), Err: err}
	}
	source := strings.TrimPrefix(string(octets), "\ufeff")
	for line, text := range strings.Split(source, "\n") {
		if !utf8.ValidString(text) {
			return "", &Error{
				Name: name, Message: fmt.Sprintf("line %d: is not UTF-8", line+1), Hint: "save the file as UTF-8",
			}
		}
	}
	return source, nil
}

// causeOf is what a file system says without the path, which is named already.
func causeOf(err error) string {
	if where := (*fs.PathError)(nil); errors.As(err, &where) {
		return where.Err.Error()
	}
	return err.Error()
}
