package eml

import (
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Feature is something that mail clients lack and that a mail falls apart
// without: what merely looks plainer where it is missing is not among them.
type Feature struct {
	Name    string   // as people write it: "display: flex"
	Source  string   // its name at caniemail.com
	Lacking []string // "Outlook (Windows)", "Gmail", "Yahoo"
}

// The clients most readers have, as Feature.Lacking names them.
const (
	OutlookWindows = "Outlook (Windows)"
	Gmail          = "Gmail"
	Yahoo          = "Yahoo"
)

// Features lists them, by caniemail.com of 2026.
func Features() []Feature {
	outlook, most := []string{OutlookWindows}, []string{OutlookWindows, Gmail, Yahoo}
	return []Feature{
		{"display: flex", "css-display-flex", outlook},
		{"display: grid", "css-display-grid", outlook},
		{"position", "css-position", []string{OutlookWindows, Gmail}},
		{"a style sheet elsewhere (link)", "html-link", []string{Gmail, Yahoo}},
		{"form", "html-form", outlook},
		{"video", "html-video", most},
		{"audio", "html-audio", most},
		{"svg", "html-svg", most},
		{"object", "html-object", most},
		{"script", "", most}, // nobody runs one, and caniemail.com need not say so
	}
}

// noteFeatures notes what an element uses.
func (w *walker) noteFeatures(n *html.Node) {
	switch n.DataAtom {
	case atom.Form, atom.Video, atom.Audio, atom.Svg, atom.Object, atom.Script:
		w.used[n.Data] = true
	case atom.Link:
		if strings.EqualFold(attr(n, "rel"), "stylesheet") {
			w.used["a style sheet elsewhere (link)"] = true
		}
	}
	for _, d := range styles(attr(n, "style")) {
		w.noteStyle(d)
	}
}

// noteSheet notes what a style sheet uses outside of media queries: what is in
// one is meant for those who understand it.
func (w *walker) noteSheet(sheet string) {
	depth, start := 0, 0
	for i := range len(sheet) {
		switch sheet[i] {
		case '{':
			if depth++; depth == 1 && !strings.Contains(sheet[start:i], "@") {
				end := strings.IndexByte(sheet[i:], '}')
				if end < 0 {
					return
				}
				for _, d := range styles(sheet[i+1 : i+end]) {
					w.noteStyle(d)
				}
			}
		case '}':
			depth, start = max(depth-1, 0), i+1
		}
	}
}

func (w *walker) noteStyle(d declaration) {
	switch {
	case d.name == "display" && strings.HasSuffix(d.value, "flex"):
		w.used["display: flex"] = true
	case d.name == "display" && strings.HasSuffix(d.value, "grid"):
		w.used["display: grid"] = true
	case d.name == "position" && d.value != "static" && d.value != "relative":
		w.used["position"] = true
	}
}

// lacking is what of Features a mail uses, in words.
func (w *walker) lacking() []string {
	var all []string
	for _, f := range Features() {
		if w.used[f.Name] {
			all = append(all, f.Name+", which "+strings.Join(f.Lacking, ", ")+" lack")
		}
	}
	return all
}
