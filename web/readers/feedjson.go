package readers

import (
	"bytes"
	"encoding/json"
	"time"
)

// jsonFeed is a feed as JSON Feed 1.1 has it.
type jsonFeed struct {
	Version  string       `json:"version"`
	Title    string       `json:"title"`
	Home     string       `json:"home_page_url"`
	Self     string       `json:"feed_url"`
	About    string       `json:"description,omitempty"`
	Icon     string       `json:"icon,omitempty"`
	Language string       `json:"language"`
	Authors  []jsonAuthor `json:"authors"`
	Items    []jsonItem   `json:"items"`
}

type jsonAuthor struct {
	Name string `json:"name"`
}

type jsonItem struct {
	ID        string `json:"id"`
	URL       string `json:"url"`
	Title     string `json:"title"`
	Summary   string `json:"summary,omitempty"`
	HTML      string `json:"content_html"`
	Image     string `json:"image,omitempty"`
	Published string `json:"date_published"`
	Modified  string `json:"date_modified,omitempty"` // since it was corrected
}

func writeJSONFeed(f feed) ([]byte, error) {
	j := jsonFeed{
		Version: "https://jsonfeed.org/version/1.1", Title: f.Title, Home: f.Home, Self: f.Self, About: f.About,
		Icon: f.Logo, Language: f.Language, Authors: []jsonAuthor{{f.Author}}, Items: []jsonItem{},
	}
	for _, e := range f.Entries {
		item := jsonItem{
			ID: e.Address, URL: e.Address, Title: e.Title, Summary: e.Summary, HTML: e.HTML, Image: e.Image,
			Published: e.Published.Format(time.RFC3339),
		}
		if e.Updated.After(e.Published) {
			item.Modified = e.Updated.Format(time.RFC3339)
		}
		j.Items = append(j.Items, item)
	}
	var b bytes.Buffer
	enc := json.NewEncoder(&b)
	enc.SetEscapeHTML(false)
	enc.SetIndent("", " ")
	err := enc.Encode(j)
	return b.Bytes(), err
}
