package letter

import (
	"html"
	"net/url"
	"slices"
	"strings"

	"roundup/digest"
)

// LinkParam is a parameter added to the links to articles: the publication's own
// campaign marks, the same for every reader.
type LinkParam struct {
	Name  string
	Value string
}

// PrintedCanonical is Canonical of a link as a mail shows it, in the form of
// digest.AsPrinted: without the parameters that withParams added.
func PrintedCanonical(link string, params []LinkParam) string {
	u, err := url.Parse(strings.TrimSpace(link))
	if err != nil {
		return digest.AsPrinted(digest.Canonical(link))
	}
	var kept []string
	for part := range strings.SplitSeq(u.RawQuery, "&") {
		ours := slices.ContainsFunc(params, func(p LinkParam) bool {
			return part == url.QueryEscape(p.Name)+"="+url.QueryEscape(p.Value)
		})
		if !ours && part != "" {
			kept = append(kept, part)
		}
	}
	u.RawQuery = strings.Join(kept, "&")
	return digest.AsPrinted(digest.Canonical(u.String()))
}

// withParams adds parameters to a link, in their order, behind those it has and
// before its fragment. One whose name is there already is left out: whoever
// wrote the link knew better. So are all where the link would grow too long.
func withParams(link string, params []LinkParam) string {
	if link == "" || len(params) == 0 {
		return link
	}
	u, err := url.Parse(link)
	if err != nil {
		return link
	}
	there := u.Query()
	query := u.RawQuery
	for _, p := range params {
		if there.Has(p.Name) {
			continue
		}
		if query != "" && !strings.HasSuffix(query, "&") {
			query += "&"
		}
		query += url.QueryEscape(p.Name) + "=" + url.QueryEscape(p.Value)
	}
	before, fragment, hasFragment := strings.Cut(link, "#")
	before, _, _ = strings.Cut(before, "?")
	if query != "" {
		before += "?" + query
	}
	if hasFragment {
		before += "#" + fragment
	}
	if len(html.EscapeString(before)) > digest.MaxLink {
		return link
	}
	return before
}
