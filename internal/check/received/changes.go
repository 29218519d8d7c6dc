package received

import (
	"fmt"
	"index/suffixarray"
	"net/url"
	"strings"

	"roundup/internal/eml"
	"roundup/internal/maildomain"
)

// changes tells what was made of a mail of ours on the way.
func (l *look) changes() {
	before := len(l.changed.Findings())
	l.sender()
	l.identity()
	l.leaving()
	l.subject()
	l.parts()
	l.links()
	if len(l.changed.Findings()) == before {
		l.changed.Pass("changes", "none that matters: From, return path, Message-ID, subject, way out, parts and links are as Roundup writes them")
	}
}

// sender compares who it is from, for readers and for servers.
func (l *look) sender() {
	e := l.expected
	if l.from != "" && !strings.EqualFold(l.from, e.From) {
		l.changed.Warn("From", fmt.Sprintf("%s, and it left from %s", l.from, e.From), "the relay puts another sender into it: have it allow this address")
	}
	if sender := addressOf(l.message.Decoded("Sender")); sender != "" && sender != l.from {
		l.changed.Warn("Sender", sender+" was added: some clients show \"on behalf of\"", "have the relay send in your name alone")
	}
	path := strings.ToLower(strings.Trim(l.message.Get("Return-Path"), "<> "))
	switch {
	case path == "" || e.ReturnPath == "":
	case maildomain.Of(path) != maildomain.Of(e.ReturnPath):
		l.changed.Warn("return path", fmt.Sprintf("%s, and it left with %s: bounces go to the relay, and SPF is about its domain", shorten(path, 120), e.ReturnPath),
			"read bounces where the relay keeps them; DMARC hangs on the signature alone")
	case !e.VERP && path != strings.ToLower(e.ReturnPath):
		l.changed.Warn("return path", fmt.Sprintf("%s, and it left with %s", shorten(path, 120), e.ReturnPath), "see that bounces arrive there")
	}
}

// identity looks whether the Message-ID is still ours, by which a mail sent
// again is known.
func (l *look) identity() {
	id := strings.Trim(l.message.Get("Message-ID"), "<> ")
	local, domain, _ := strings.Cut(id, "@")
	if !ourID.MatchString(local) || !strings.EqualFold(domain, maildomain.Of(l.expected.From)) {
		l.changed.Warn("Message-ID", "rewritten to "+shorten(id, 160), "where SMTP leaves open whether a mail was taken, readers' programs can't know the second copy by it")
	}
	if !l.message.Has("List-Id") {
		l.changed.Warn("List-Id", "it is gone: readers who sort their mail by it miss it", "ask the relay to leave it")
	}
}

// leaving looks whether the ways out still lead to us.
func (l *look) leaving() {
	header, base := l.message.Get("List-Unsubscribe"), l.expected.BaseURL
	hint := "ask the relay to leave the fields of lists alone; many have a setting for it"
	switch {
	case header == "":
		l.changed.Fail("List-Unsubscribe", "it is gone: mail providers show no button", hint)
	case base != "" && !strings.Contains(header, "<"+base+"/u/"):
		l.changed.Fail("List-Unsubscribe", "it leads elsewhere: "+shorten(header, 200)+": who leaves there does not leave here", hint)
	}
	post := l.message.Get("List-Unsubscribe-Post")
	if strings.HasPrefix(base, "https://") && !strings.EqualFold(strings.ReplaceAll(post, " ", ""), "List-Unsubscribe=One-Click") {
		l.changed.Fail("List-Unsubscribe-Post", "it is gone, or says something else: "+shorten(post, 80), hint)
	}
}

func (l *look) subject() {
	subject := l.message.Decoded("Subject")
	if l.test && !strings.HasPrefix(subject, "[Test] ") {
		l.changed.Warn("subject", fmt.Sprintf("%q does not begin with [Test] any more", shorten(subject, 120)), "a filter marks such mails: see what it marks them as")
	}
}

// parts compares what it is made of.
func (l *look) parts() {
	for _, kind := range []string{"text/plain", "text/html"} {
		part, ok := l.message.Part(kind)
		switch {
		case !ok && kind == "text/html" && l.has("text/plain"):
			l.changed.Warn("parts", "there is no HTML part: it was taken out, or the file holds the text alone", "")
		case !ok:
			l.changed.Fail("parts", "the "+kind+" part is gone", "ask the relay to leave mails as they are")
		case part.Encoding != "quoted-printable":
			detail := fmt.Sprintf("the %s part was written anew, as %s", kind, shorten(part.Encoding, 30))
			if l.expected.Signs != "" {
				l.changed.Fail("encoding", detail+": that breaks our signature", "ask the relay to leave mails as they are, or let it sign")
				continue
			}
			l.changed.Pass("encoding", detail)
		}
	}
}

func (l *look) has(kind string) bool {
	_, ok := l.message.Part(kind)
	return ok
}

// links looks for links that were led through somebody who counts clicks, and
// for pictures that count readers. Every link of our HTML is in our text, too.
func (l *look) links() {
	html, _ := l.message.Part("text/html")
	text, ok := l.message.Part("text/plain")
	if html.Text == "" || !ok {
		return
	}
	page := eml.ReadPage(html.Text)
	var hosts []string
	seen := map[string]bool{}
	foreign := 0
	// An index: a stranger's mail may have 100,000 links and 4 MB of text, too
	// much to search once for each.
	flat := suffixarray.New([]byte(strings.Join(strings.Fields(text.Text), "")))
	for _, link := range page.Links {
		u, err := url.Parse(link.URL)
		if err != nil || u.Host == "" || len(flat.Lookup([]byte(link.URL), 1)) > 0 || l.leadsHome(link.URL) {
			continue
		}
		foreign++
		if !seen[u.Host] {
			seen[u.Host] = true
			hosts = append(hosts, u.Host)
		}
	}
	if foreign > 0 {
		l.changed.Warn("links", fmt.Sprintf("%d of %d links of the HTML are not in the text, and lead to %s", foreign, len(page.Links), shorten(strings.Join(hosts, ", "), 200)),
			"where the relay leads them through itself to count clicks, turn that off: readers see where they go, and links outlive the relay")
	}
	for _, picture := range page.Pictures {
		if picture.Hidden() {
			l.changed.Warn("pictures", "one that can't be seen was added, which counts who opens the mail: "+shorten(picture.URL, 160), "turn it off at the relay")
		}
	}
}

// leadsHome reports whether a link is to the readers' own pages.
func (l *look) leadsHome(link string) bool {
	base := l.expected.BaseURL
	return base != "" && strings.HasPrefix(link, base+"/")
}
