package received

import (
	"fmt"
	"index/suffixarray"
	"net/url"
	"strings"

	"roundup/internal/eml"
	"roundup/internal/maildomain"
	"roundup/internal/wording"
)

// changes tells what was made of a mail of ours on the way.
func (a *arrived) changes() {
	before := len(a.changed.Findings())
	a.sender()
	a.identity()
	a.leaving()
	a.subject()
	a.parts()
	a.links()
	if len(a.changed.Findings()) == before {
		a.changed.Pass("changes", "none that matters: From, return path, Message-ID, subject, way out, parts and links are as Roundup writes them")
	}
}

// sender compares who it is from, for readers and for servers.
func (a *arrived) sender() {
	e := a.expected
	if a.from != "" && !strings.EqualFold(a.from, e.From) {
		a.changed.Warn("From", fmt.Sprintf("%s, and it left from %s", a.from, e.From), "the relay puts another sender into it: have it allow this address")
	}
	if sender := addressOf(a.message.Decoded("Sender")); sender != "" && sender != a.from {
		a.changed.Warn("Sender", sender+" was added: some clients show \"on behalf of\"", "have the relay send in your name alone")
	}
	path := strings.ToLower(strings.Trim(a.message.Get("Return-Path"), "<> "))
	switch {
	case path == "" || e.ReturnPath == "":
	case maildomain.Of(path) != maildomain.Of(e.ReturnPath):
		a.changed.Warn("return path", fmt.Sprintf("%s, and it left with %s: bounces go to the relay, and SPF is about its domain", shorten(path, 120), e.ReturnPath),
			"read bounces where the relay keeps them; DMARC hangs on the signature alone")
	case !e.VERP && path != strings.ToLower(e.ReturnPath):
		a.changed.Warn("return path", fmt.Sprintf("%s, and it left with %s", shorten(path, 120), e.ReturnPath), "see that bounces arrive there")
	}
}

// identity looks whether the Message-ID is still ours, by which a mail sent
// again is known.
func (a *arrived) identity() {
	id := strings.Trim(a.message.Get("Message-ID"), "<> ")
	local, domain, _ := strings.Cut(id, "@")
	if !ourID.MatchString(local) || !strings.EqualFold(domain, maildomain.Of(a.expected.From)) {
		a.changed.Warn("Message-ID", "rewritten to "+shorten(id, 160), "where SMTP leaves open whether a mail was taken, readers' programs can't know the second copy by it")
	}
	if !a.message.Has("List-Id") {
		a.changed.Warn("List-Id", "it is gone: readers who sort their mail by it miss it", "ask the relay to leave it")
	}
}

// leaving looks whether the ways out still lead to us.
func (a *arrived) leaving() {
	header, base := a.message.Get("List-Unsubscribe"), a.expected.BaseURL
	hint := "ask the relay to leave the fields of lists alone; many have a setting for it"
	switch {
	case header == "":
		a.changed.Fail("List-Unsubscribe", "it is gone: mail providers show no button", hint)
	case base != "" && !strings.Contains(header, "<"+base+"/u/"):
		a.changed.Fail("List-Unsubscribe", "it leads elsewhere: "+shorten(header, 200)+": who leaves there does not leave here", hint)
	}
	post := a.message.Get("List-Unsubscribe-Post")
	if strings.HasPrefix(base, "https://") && !strings.EqualFold(strings.ReplaceAll(post, " ", ""), "List-Unsubscribe=One-Click") {
		a.changed.Fail("List-Unsubscribe-Post", "it is gone, or says something else: "+shorten(post, 80), hint)
	}
}

func (a *arrived) subject() {
	subject := a.message.Decoded("Subject")
	if a.test && !strings.HasPrefix(subject, "[Test] ") {
		a.changed.Warn("subject", fmt.Sprintf("%q does not begin with [Test] any more", shorten(subject, 120)), "a filter marks such mails: see what it marks them as")
	}
}

// parts compares what it is made of.
func (a *arrived) parts() {
	for _, kind := range []string{"text/plain", "text/html"} {
		part, ok := a.message.Part(kind)
		switch {
		case !ok && kind == "text/html" && a.has("text/plain"):
			a.changed.Warn("parts", "there is no HTML part: it was taken out, or the file holds the text alone", "")
		case !ok:
			a.changed.Fail("parts", "the "+kind+" part is gone", "ask the relay to leave mails as they are")
		case part.Encoding != "quoted-printable":
			detail := fmt.Sprintf("the %s part was written anew, as %s", kind, shorten(part.Encoding, 30))
			if a.expected.Signs != "" {
				a.changed.Fail("encoding", detail+": that breaks our signature", "ask the relay to leave mails as they are, or let it sign")
				continue
			}
			a.changed.Pass("encoding", detail)
		}
	}
}

func (a *arrived) has(kind string) bool {
	_, ok := a.message.Part(kind)
	return ok
}

// links looks for links that were led through somebody who counts clicks, and
// for pictures that count readers. Every link of our HTML is in our text, too.
func (a *arrived) links() {
	html, _ := a.message.Part("text/html")
	text, ok := a.message.Part("text/plain")
	if html.Text == "" || !ok {
		return
	}
	held := eml.ReadHTML(html.Text)
	var hosts []string
	seen := map[string]bool{}
	foreign := 0
	// An index: a stranger's mail may have 100,000 links and 4 MB of text, too
	// much to search once for each.
	flat := suffixarray.New([]byte(strings.Join(strings.Fields(text.Text), "")))
	for _, link := range held.Links {
		u, err := url.Parse(link.URL)
		if err != nil || u.Host == "" || len(flat.Lookup([]byte(link.URL), 1)) > 0 || a.leadsHome(link.URL) {
			continue
		}
		foreign++
		if !seen[u.Host] {
			seen[u.Host] = true
			hosts = append(hosts, u.Host)
		}
	}
	if foreign > 0 {
		of := "of " + wording.Count(len(held.Links), "link") + " of the HTML "
		a.changed.Warn("links", wording.Agree(foreign, of+"is not in the text, and leads to ", of+"are not in the text, and lead to ")+shorten(strings.Join(hosts, ", "), 200),
			"where the relay leads them through itself to count clicks, turn that off: readers see where they go, and links outlive the relay")
	}
	for _, picture := range held.Pictures {
		if picture.Hidden() {
			a.changed.Warn("pictures", "one that can't be seen was added, which counts who opens the mail: "+shorten(picture.URL, 160), "turn it off at the relay")
		}
	}
}

// leadsHome reports whether a link is to the readers' own pages.
func (a *arrived) leadsHome(link string) bool {
	base := a.expected.BaseURL
	return base != "" && strings.HasPrefix(link, base+"/")
}
