package letter

import (
	"fmt"
	"io/fs"
	"path"
	"slices"
	"strings"

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
		own, err := mailTemplates().Read(folder, mailFiles()...)
		if err != nil {
			return nil, err
		}
		for name, source := range own {
			files[name] = source
		}
	}
	return files, nil
}
