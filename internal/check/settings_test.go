package check_test

import (
	"strings"
	"testing"
)

// Pages that listen on this machine alone and have a name on the Internet are behind a proxy.
func TestCheckProxy(t *testing.T) {
	t.Parallel()
	const unnamed = "warned proxy: "
	for name, tt := range map[string]struct {
		change []string
		want   string // "" for nothing said
	}{
		"the pages by themselves":                        {nil, ""},
		"a proxy nobody has named":                       {[]string{"WWW/news", "https://news.magazine.example"}, unnamed},
		"one without TLS":                                {[]string{"WWW/news", "http://news.magazine.example/news"}, unnamed},
		"a named one":                                    {[]string{"WWW/news", "https://news.magazine.example", "smtp:", "web: {trusted_proxies: [127.0.0.1, \"::1\"]}\nsmtp:"}, "passed proxy: X-Forwarded-For is believed from 127.0.0.1, ::1"},
		"one on another machine, which can't reach them": {[]string{"WWW/news", "https://news.magazine.example", "smtp:", "web: {trusted_proxies: [192.0.2.7]}\nsmtp:"}, unnamed},
		"a network around this machine":                  {[]string{"WWW/news", "https://news.magazine.example", "smtp:", "web: {trusted_proxies: [127.0.0.0/8]}\nsmtp:"}, "passed proxy: "},
		"pages that others can reach":                    {[]string{"WWW/news", "https://news.magazine.example", "smtp:", "web: {listen: \":8080\"}\nsmtp:"}, ""},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, tt.change...)
			o.extent.Offline = true
			said := o.check()
			if tt.want != "" {
				says(t, said, tt.want)
				return
			}
			for _, line := range said {
				if strings.Contains(line, " proxy: ") {
					t.Errorf("said %q", line)
				}
			}
		})
	}
}

// A template that only some weeks' articles fill is told of; so is the issue that goes without it.
func TestCheckTellsOfAThinLine(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "digest: {", `digest: {subject: "{{ (index .Articles 0).Title }}", preheader: "{{ slice .Lead.Title 0 9 }}", `)
	o.extent.Offline = true
	said := o.check()
	says(t, said, "warned configuration: digest.subject: with an issue without articles: index slice index out of range: it would have")
	says(t, said, "warned configuration: digest.preheader: with a headline of two letters: slice ")
	says(t, said, "warned template: digest.preheader: slice ")
}
