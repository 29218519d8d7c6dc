package asjson

import "roundup/digest"

// Article is a line of `articles list`.
type Article struct {
	ID        int64    `json:"id"`
	Title     string   `json:"title"`
	URL       string   `json:"url"`
	Labels    []string `json:"labels"`
	Authors   []string `json:"authors"`
	Published string   `json:"published,omitempty"`
	State     string   `json:"state"`
	Issue     int      `json:"issue,omitempty"`
}

// ArticleOf is a candidate's line.
func ArticleOf(c digest.Candidate) Article {
	return Article{
		ID: c.ID, Title: c.Title, URL: c.URL, Labels: notNil(c.Labels), Authors: names(c.Authors),
		Published: stamp(c.Published), State: string(c.State), Issue: c.Issue,
	}
}

func names(authors []digest.Author) []string {
	all := make([]string, len(authors))
	for i, a := range authors {
		all[i] = a.Name
	}
	return all
}
