package digest

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

	"roundup/templates"
)

// DefaultTheme is the look of a mail where none is chosen.
const DefaultTheme = "magazine"

// Themes lists the looks a mail can have, the default first. A theme is the
// templates of the default one, some of them replaced.
func Themes() []string { return []string{DefaultTheme, "letter", "compact"} }

// ThemeFiles returns the built-in templates of a theme by file name, the
// default's where theme is "".
func ThemeFiles(theme string) (map[string]string, error) {
	if theme == "" {
		theme = DefaultTheme
	}
	if !slices.Contains(Themes(), theme) {
		return nil, fmt.Errorf("there is no theme %q: there are %s", theme, strings.Join(Themes(), ", "))
	}
	layers := []string{"mail"}
	if theme != DefaultTheme {
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

// readTemplates reads every template of a folder, by file name.
func readTemplates(folder fs.FS) (map[string]string, error) {
	files := map[string]string{}
	for _, pattern := range []string{"*.html", "*.txt"} {
		names, err := fs.Glob(folder, pattern)
		if err != nil {
			return nil, fmt.Errorf("list mail templates: %w", err)
		}
		for _, name := range names {
			source, err := fs.ReadFile(folder, name)
			if err != nil {
				return nil, fmt.Errorf("read mail template: %w", err)
			}
			files[name] = string(source)
		}
	}
	return files, nil
}
