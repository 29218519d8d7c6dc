package readers

import (
	"errors"
	"fmt"
	"html/template"
	"io"
	"io/fs"
	"maps"
	"path"
	"strings"

	"roundup/templates"
)

// layout is the template that every page is made from.
const layout = "page"

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
	names, err := fs.Glob(folder, "*.html")
	if err != nil {
		return nil, err
	}
	files := map[string]string{}
	for _, name := range names {
		if strings.HasPrefix(name, "preview") { // the editor's
			continue
		}
		text, err := fs.ReadFile(folder, name)
		if err != nil {
			return nil, err
		}
		files[name] = string(text)
	}
	return files, nil
}

// parsePages reads the parts of the pages, each the template of its file's name,
// and those of one's own, which stand in for the built-in ones; nil for none.
func parsePages(own fs.FS) (*template.Template, error) {
	files, err := TemplateFiles()
	if err != nil {
		return nil, err
	}
	if own != nil {
		mine, err := templateFiles(own)
		if err != nil {
			return nil, err
		}
		maps.Copy(files, mine)
	}
	set := template.New("pages")
	for name, text := range files {
		if _, err := set.New(strings.TrimSuffix(name, path.Ext(name))).Parse(text); err != nil {
			return nil, fmt.Errorf("template web/%s: %w", name, err)
		}
	}
	return set, nil
}

// CheckTemplates finds mistakes in templates of one's own: each page is made once
// with all that it can print, so that none is found by a reader.
func CheckTemplates(own fs.FS) error {
	set, err := parsePages(own)
	if err != nil {
		return err
	}
	r := &pages{Options: Options{Name: "Name", BaseURL: "https://news.example"}, set: set}
	r.first = r
	line := issueLine{Title: "Title", Link: "/issues/1", Date: "May 1", Number: "No. 1", Text: "Text"}
	everyChoice := &choosing{Sections: []sectionBox{{"key", "Title", true}}, Often: true, Monthly: true, Wrong: "wrong", Languages: []languageBox{{"en", "English", true}, {"de", "Deutsch", false}}}
	full := page{
		Title: "Title", Text: []string{"Text"}, Button: "Button", Foot: "Foot", Form: &form{Wrong: "wrong", Chosen: true, Sections: everyChoice.Sections, Languages: everyChoice.Languages},
		OwnLink: "/", OwnLinkSays: "Link", Me: &me{Active: true, BadDay: true, Address: &newAddress{Wrong: "wrong"}, Choosing: everyChoice},
		Less:  &less{Says: "Text", Choosing: everyChoice},
		Left:  &left{Undo: true, Whys: []why{{Text: "Text"}}},
		Feeds: []feedLinks{{Title: "Title", Atom: "/a"}}, Public: true,
	}
	coded := full
	coded.Form = &form{Sections: everyChoice.Sections, Typing: &typing{Shown: "1 2 3 4", Wrong: "wrong"}}
	face, list, issue, entry := full, full, r.view(full), feedEntry{Sections: []entrySection{{Title: "Title", Articles: []entryArticle{{Title: "Title", Text: "Text"}}}}}
	face.Face = &faceParts{Rhythm: "Rhythm", Next: "Next", Latest: []issueLine{line}}
	list.List = &listParts{Years: []yearLink{{Title: "2026"}}, Groups: []yearGroup{{"2026", []issueLine{line}}}, Older: "/", Newest: "/", Nothing: "Nothing"}
	issue.Issue = &issueParts{Previous: &line, Next: &line}
	return errors.Join(
		set.ExecuteTemplate(io.Discard, layout, r.view(full)),
		set.ExecuteTemplate(io.Discard, layout, r.view(coded)),
		set.ExecuteTemplate(io.Discard, layout, r.view(face)),
		set.ExecuteTemplate(io.Discard, layout, r.view(list)),
		set.ExecuteTemplate(io.Discard, "issue_head", issue),
		set.ExecuteTemplate(io.Discard, "issue_foot", issue),
		set.ExecuteTemplate(io.Discard, "feed_entry", entry),
	)
}
