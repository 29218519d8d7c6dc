package feeds

import (
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"roundup/digest"
	"roundup/digest/feeds/plain"
)

// structured is what a page's JSON-LD says of its article (schema.org/Article).
type structured struct {
	headline    string
	description string
	image       digest.Image
	people      []person
	published   *time.Time
}

// maxLDDepth bounds how deep JSON-LD is followed.
const maxLDDepth = 8

// readJSONLD returns the first article described in the blocks of a page.
func readJSONLD(blocks []string, base *url.URL) structured {
	for _, block := range blocks {
		var root any
		if err := json.Unmarshal([]byte(block), &root); err != nil {
			continue // a page's broken JSON-LD is as good as none
		}
		if node := findArticle(root, 0); node != nil {
			return readArticleNode(node, base)
		}
	}
	return structured{}
}

// findArticle searches lists and @graph for a node that is an article.
func findArticle(v any, depth int) map[string]any {
	if depth > maxLDDepth {
		return nil
	}
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			if node := findArticle(e, depth+1); node != nil {
				return node
			}
		}
	case map[string]any:
		for _, kind := range texts(v["@type"]) {
			if strings.HasSuffix(kind, "Article") || strings.HasSuffix(kind, "Posting") || kind == "Report" {
				return v
			}
		}
		for _, key := range []string{"@graph", "mainEntity"} {
			if node := findArticle(v[key], depth+1); node != nil {
				return node
			}
		}
	}
	return nil
}

func readArticleNode(node map[string]any, base *url.URL) structured {
	s := structured{
		headline:    plain.Line(firstOf(texts(node["headline"]))),
		description: plain.Line(firstOf(texts(node["description"]))),
		image:       ldImage(node["image"], base),
	}
	if t, err := time.Parse(time.RFC3339, firstOf(texts(node["datePublished"]))); err == nil {
		s.published = &t
	}
	for _, a := range list(node["author"]) {
		switch a := a.(type) {
		case string:
			s.people = append(s.people, person{name: a})
		case map[string]any:
			for _, name := range texts(a["name"]) {
				s.people = append(s.people, person{name: name, uri: firstOf(texts(a["url"]))})
			}
		}
	}
	return s
}

// ldImage reads an image given as an address or as an ImageObject, the first of several.
func ldImage(v any, base *url.URL) digest.Image {
	for _, e := range list(v) {
		switch e := e.(type) {
		case string:
			if address := digest.CleanURL(e, base); address != "" {
				return digest.Image{URL: address}
			}
		case map[string]any:
			address := digest.CleanURL(otherwise(firstOf(texts(e["url"])), firstOf(texts(e["contentUrl"]))), base)
			if address != "" {
				return digest.Image{
					URL:     address,
					Caption: plain.Line(firstOf(texts(e["caption"]))),
					Credit:  plain.Line(otherwise(firstOf(texts(e["creditText"])), firstOf(texts(e["copyrightHolder"])))),
					Width:   number(e["width"]),
					Height:  number(e["height"]),
				}
			}
		}
	}
	return digest.Image{}
}

// list returns a value as the list that JSON-LD lets it stand for.
func list(v any) []any {
	if l, ok := v.([]any); ok {
		return l
	}
	return []any{v}
}

// texts returns the strings of a value, also those behind a name or @value.
func texts(v any) []string {
	var found []string
	for _, e := range list(v) {
		switch e := e.(type) {
		case string:
			found = append(found, e)
		case map[string]any:
			for _, key := range []string{"@value", "name"} {
				if s, ok := e[key].(string); ok {
					found = append(found, s)
					break
				}
			}
		}
	}
	return found
}

func number(v any) int {
	switch v := v.(type) {
	case float64:
		if v > 0 && v < 100_000 {
			return int(v)
		}
	case string:
		return pixels(v)
	}
	return 0
}
