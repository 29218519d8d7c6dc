package proof_test

import (
	"bytes"
	"fmt"
	"html/template"
	"image"
	"image/draw"
	"image/png"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"roundup/digest"
	"roundup/internal/testing/proof"
)

// besideHigh is how much of each mail is shown, in CSS pixels at its own width.
var besideHigh = map[int]int{375: 1500, 700: 1600}

// peers are the templates of other newsletters, each a Go template over peerData
// in a file named after them: "1-Ghost.html". They are others' work and not kept
// here. Without them the picture can't be made.
func peers(t *testing.T) []string {
	t.Helper()
	dir := os.Getenv("PEERS")
	if dir == "" {
		dir = filepath.Join(proof.Root(t), "..", "shared", "peers")
	}
	files, err := filepath.Glob(filepath.Join(dir, "*.html"))
	if err != nil || len(files) == 0 {
		proof.Lack(t, "peers", "put templates of other newsletters into a folder that PEERS names")
	}
	slices.Sort(files)
	return files
}

// peerArticle and peerData are what those templates print: the same articles, as
// their feed has them.
type peerArticle struct {
	digest.Printed
	Byline string
}

type peerSection struct {
	Title    string
	Articles []peerArticle
}

type peerData struct {
	Name, Note string
	Lead       peerArticle
	Sections   []peerSection // without the lead
}

func newPeerData(s proof.Sample) peerData {
	data := peerData{Name: s.Publication.Name, Note: strings.NewReplacer("*", "", "[", "", "](https://meridian.example/articles/seeds-in-a-suitcase/)", "").Replace(s.Issue.Note)}
	for i, section := range s.Issue.Sections {
		of := peerSection{Title: section.Title}
		for j, article := range section.Articles {
			var names []string
			for _, author := range article.Authors {
				names = append(names, author.Name)
			}
			p := peerArticle{Printed: article, Byline: "By " + strings.Join(names, " and ")}
			if i == 0 && j == 0 {
				data.Lead = p
				continue
			}
			of.Articles = append(of.Articles, p)
		}
		data.Sections = append(data.Sections, of)
	}
	return data
}

// TestBeside writes docs/gallery/beside.png with -update: the same eleven
// articles in Roundup's mail and in those of others, on a phone and at a desk, by
// day and by night.
func TestBeside(t *testing.T) {
	files := peers(t)
	if !*update {
		t.Skip("it is written with -update")
	}
	proof.NodeModule(t, "@expo-google-fonts/gelasio")
	browser := proof.NewBrowser(t)
	sample := byName(t)["eleven"]
	ours := sample.Mail(t)
	names, pages := []string{"Roundup"}, []string{ours.HTML}
	for _, file := range files {
		page, err := template.ParseFiles(file)
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if err := page.Execute(&b, newPeerData(sample)); err != nil {
			t.Fatal(err)
		}
		_, name, _ := strings.Cut(strings.TrimSuffix(filepath.Base(file), ".html"), "-")
		names, pages = append(names, name), append(pages, b.String())
	}
	tiles := http.NewServeMux()
	var sheet strings.Builder
	sheet.WriteString(`<!doctype html><style>body{margin:0;padding:24px;background:#d8d5cf;font:600 15px Helvetica,Arial,sans-serif}` +
		`div{display:grid;gap:18px;margin:0 0 26px}img{width:100%;display:block}p{margin:0 0 8px}</style>`)
	for _, view := range []proof.View{{Width: 375}, {Width: 375, Dark: true}, {Width: 700}, {Width: 700, Dark: true}} {
		fmt.Fprintf(&sheet, `<div style="grid-template-columns:repeat(%d,1fr)">`, len(pages))
		for i, page := range pages {
			m := ours
			m.HTML = page
			shot := browser.Show(t, m, view, proof.Photographs{}).Shot(t)
			path := fmt.Sprintf("/%d-%d-%t.png", i, view.Width, view.Dark)
			tiles.HandleFunc("beside.example"+path, serveTop(t, shot, besideHigh[view.Width]))
			fmt.Fprintf(&sheet, `<section><p>%s, %d high</p><img src="%s"></section>`, names[i], shot.Bounds().Dy(), path)
		}
		sheet.WriteString(`</div>`)
	}
	tiles.HandleFunc("beside.example/{$}", func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=utf-8")
		_, _ = w.Write([]byte(sheet.String()))
	})
	got := browser.Open(t, proof.View{Width: 330*len(pages) + 48}, "https://beside.example/", tiles).Shot(t)
	proof.Compare(t, filepath.Join(proof.Root(t), "docs", "gallery", "beside.png"), got, true)
}

// serveTop answers with the top of a shot.
func serveTop(t *testing.T, shot image.Image, high int) http.HandlerFunc {
	t.Helper()
	top := image.NewRGBA(image.Rect(0, 0, shot.Bounds().Dx(), high))
	draw.Draw(top, top.Rect, image.White, image.Point{}, draw.Src)
	draw.Draw(top, top.Rect, shot, shot.Bounds().Min, draw.Src)
	var b bytes.Buffer
	if err := png.Encode(&b, top); err != nil {
		t.Fatal(err)
	}
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/png")
		_, _ = w.Write(b.Bytes())
	}
}
