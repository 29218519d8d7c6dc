package letter

import (
	"errors"
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"
	"unicode/utf8"

	"roundup/templates"
)

// ThemeFiles returns the built-in templates of a theme by file name, the
// default's where theme is "".
func ThemeFiles(theme string) (map[string]string, error) {
	if theme == "" {
		theme = templates.DefaultTheme
	}
	if !slices.Contains(templates.Themes(), theme) {
		return nil, fmt.Errorf("there is no theme %q: there are %s", theme, strings.Join(templates.Themes(), ", "))
	}
	layers := []string{"mail"}
	if theme != templates.DefaultTheme {
		layers = append(layers, path.Join("mail", "themes", theme))
	}
	files := map[string]string{}
	for _, layer := range layers {
		folder, err := fs.Sub(templates.Mail, layer)
		if err != nil {
			return nil, fmt.Errorf("read theme %s: %w", theme, err)
		}
		own, err := readTemplates(folder)
		if err != nil {
			return nil, err
		}
		for name, source := range own {
			files[name] = source
		}
	}
	return files, nil
}

// maxTemplate is how large the file of a template may be, in octets: twice what
// a mail may be.
const maxTemplate = 2 * MaxHTML

// readTemplates reads every template of a folder, by file name. The folder must
// be there: without that, one that was moved away in the middle of the week
// would leave the issue to the built-in templates.
func readTemplates(folder fs.FS) (map[string]string, error) {
	if _, err := fs.Stat(folder, "."); err != nil {
		return nil, &TemplateError{
			Name: "templates", Message: "the folder can't be read: " + causeOf(err), Err: err,
			Hint: "mend templates: in the configuration, or put the folder back",
		}
	}
	files := map[string]string{}
	for _, pattern := range []string{"*.html", "*.txt"} {
		names, err := fs.Glob(folder, pattern)
		if err != nil {
			return nil, fmt.Errorf("list mail templates: %w", err)
		}
		for _, name := range names {
			if files[name], err = readTemplate(folder, name); err != nil {
				return nil, err
			}
		}
	}
	return files, nil
}

func readTemplate(folder fs.FS, name string) (string, error) {
	info, err := fs.Stat(folder, name)
	switch {
	case err != nil:
		return "", &TemplateError{Name: name, Message: "can't be read: " + causeOf(err), Err: err}
	case !info.Mode().IsRegular(): // a pipe would be waited for, and a device never ends
		return "", &TemplateError{Name: name, Message: "is not a file"}
	case info.Size() > maxTemplate:
		return "", &TemplateError{Name: name, Message: fmt.Sprintf("has %d octets; a template may have %d", info.Size(), maxTemplate)}
	}
	octets, err := fs.ReadFile(folder, name)
	if err != nil {
		return "", &TemplateError{Name: name, Message: "can't be read: " + causeOf(err), Err: err}
	}
	source := strings.TrimPrefix(string(octets), "\ufeff")
	for line, text := range strings.Split(source, "\n") {
		if !utf8.ValidString(text) {
			return "", &TemplateError{
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
