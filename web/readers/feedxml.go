package readers

import (
	"encoding/xml"
	"strings"
	"time"
	"unicode/utf8"
)

// atomFeed is a feed as RFC 4287 has it.
type atomFeed struct {
	XMLName  xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Language string      `xml:"xml:lang,attr"`
	Title    string      `xml:"title"`
	Subtitle string      `xml:"subtitle,omitempty"`
	ID       string      `xml:"id"`
	Links    []atomLink  `xml:"link"`
	Updated  string      `xml:"updated"`
	Author   string      `xml:"author>name"`
	Logo     string      `xml:"logo,omitempty"`
	Entries  []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr,omitempty"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	Title     string   `xml:"title"`
	ID        string   `xml:"id"`
	Link      atomLink `xml:"link"`
	Published string   `xml:"published"`
	Updated   string   `xml:"updated"`
	Summary   string   `xml:"summary,omitempty"`
	Content   atomText `xml:"content"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

func writeAtom(f feed) ([]byte, error) {
	a := atomFeed{
		Language: f.Language, Title: f.Title, Subtitle: f.About, ID: f.Self, Updated: f.Updated.Format(time.RFC3339),
		Author: f.Author, Logo: f.Logo, Links: []atomLink{
			{Rel: "self", Type: "application/atom+xml", Href: f.Self},
			{Rel: "alternate", Type: "text/html", Href: f.Home},
		},
	}
	for _, e := range f.Entries {
		a.Entries = append(a.Entries, atomEntry{
			Title: e.Title, ID: e.Address, Link: atomLink{Rel: "alternate", Type: "text/html", Href: e.Address},
			Published: e.Published.Format(time.RFC3339), Updated: e.Updated.Format(time.RFC3339), Summary: e.Summary, Content: atomText{"html", e.HTML},
		})
	}
	return writeXML(a)
}

// rssFeed is a feed as RSS 2.0 has it.
type rssFeed struct {
	XMLName xml.Name   `xml:"rss"`
	Version string     `xml:"version,attr"`
	Atom    string     `xml:"xmlns:atom,attr"`
	Content string     `xml:"xmlns:content,attr"`
	Channel rssChannel `xml:"channel"`
}

type rssChannel struct {
	Title    string    `xml:"title"`
	Link     string    `xml:"link"`
	Self     atomLink  `xml:"atom:link"`
	About    string    `xml:"description"` // must be there
	Language string    `xml:"language"`
	Built    string    `xml:"lastBuildDate"`
	Image    *rssImage `xml:"image"`
	Items    []rssItem `xml:"item"`
}

type rssImage struct {
	URL   string `xml:"url"`
	Title string `xml:"title"`
	Link  string `xml:"link"`
}

type rssItem struct {
	Title   string  `xml:"title"`
	Link    string  `xml:"link"`
	GUID    rssGUID `xml:"guid"`
	Date    string  `xml:"pubDate"`
	Summary string  `xml:"description,omitempty"`
	Content string  `xml:"content:encoded"`
}

type rssGUID struct {
	Permanent bool   `xml:"isPermaLink,attr"`
	Address   string `xml:",chardata"`
}

func writeRSS(f feed) ([]byte, error) {
	c := rssChannel{
		Title: f.Title, Link: f.Home, Self: atomLink{Rel: "self", Type: "application/rss+xml", Href: f.Self},
		About: f.About, Language: f.Language, Built: f.Updated.Format(time.RFC1123Z),
	}
	if c.About == "" {
		c.About = f.Title
	}
	if f.Logo != "" {
		c.Image = &rssImage{URL: f.Logo, Title: f.Title, Link: f.Home}
	}
	for _, e := range f.Entries {
		c.Items = append(c.Items, rssItem{
			Title: e.Title, Link: e.Address, GUID: rssGUID{true, e.Address}, Date: e.Published.Format(time.RFC1123Z),
			Summary: e.Summary, Content: e.HTML,
		})
	}
	return writeXML(rssFeed{
		Version: "2.0", Atom: "http://www.w3.org/2005/Atom", Content: "http://purl.org/rss/1.0/modules/content/", Channel: c,
	})
}

func writeXML(v any) ([]byte, error) {
	text, err := xml.MarshalIndent(v, "", " ")
	if err != nil {
		return nil, err
	}
	text = []byte(strings.ToValidUTF8(string(text), string(utf8.RuneError)))
	return append([]byte(xml.Header), append(text, '\n')...), nil
}
