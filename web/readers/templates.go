package readers

import (
	"io/fs"
	"maps"
	"reflect"
	"strings"

	"roundup/internal/templating"
	"roundup/templates"
)

// layout is the template that every page is made from.
const layout = "page"

// pageTemplates is what the templates of the pages are filled with.
func pageTemplates() templating.Kind {
	return templating.Kind{
		Folder: "web/",
		Data:   []reflect.Type{reflect.TypeFor[view](), reflect.TypeFor[feedEntry](), reflect.TypeFor[embedView]()},
		Places: []templating.Place{
			{Type: "view", What: "the page", Example: "outside of loops, or in them {{ $.%s }}"},
			{Type: "faceParts", What: "the newsletter's own page", Example: "{{ with .Face }}{{ .%s }}{{ end }}"},
			{Type: "listParts", What: "the archive", Example: "{{ with .List }}{{ .%s }}{{ end }}"},
			{Type: "issueLine", What: "an issue in a list", Example: "in issue_line.html {{ .%s }}"},
			{Type: "form", What: "the sign-up form", Example: "{{ with .Form }}{{ .%s }}{{ end }}"},
			{Type: "me", What: "a reader's own page", Example: "{{ with .Me }}{{ .%s }}{{ end }}"},
			{Type: "Shades", What: "the colours", Example: "{{ .Colours.Light.%s }}"},
		},
	}
}

// TemplateFiles returns the built-in parts of the pages by file name.
func TemplateFiles() (map[string]string, error) {
	builtIn, err := fs.Sub(templates.Web, "web")
	if err != nil {
		return nil, err
	}
	return templateFiles(builtIn)
}

// templateFiles are the parts of the pages in a folder.
func templateFiles(folder fs.FS) (map[string]string, error) {
	files, err := pageTemplates().Read(folder, "*.html")
	maps.DeleteFunc(files, func(name, _ string) bool { return strings.HasPrefix(name, "preview") }) // the editor's
	return files, err
}

// parsePages reads the parts of the pages, each the template of its file's name,
// and those of one's own, which stand in for the built-in ones; nil for none.
func parsePages(own fs.FS) (*templating.Set, error) {
	files, err := TemplateFiles()
	if err != nil {
		return nil, err
	}
	var mine map[string]string
	if own != nil {
		if mine, err = templateFiles(own); err != nil {
			return nil, err
		}
	}
	return templating.Parse(pageTemplates(), files, mine)
}
