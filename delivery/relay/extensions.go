package relay

import (
	"strings"

	"github.com/wneessen/go-mail/smtp"
)

// extensions are what a relay lists in its reply to EHLO. Their keywords are the
// same in any case (RFC 5321, 2.4), and go-mail's client knows them in capitals
// only: a relay that seems to lack what is needed is asked again.
type extensions struct {
	client *smtp.Client
	heard  map[string]string // by keyword in capitals, where it was asked again
}

// find returns what is said with a keyword.
func (e extensions) find(keyword string) (words string, ok bool) {
	if ok, words := e.client.Extension(keyword); ok {
		return words, true
	}
	words, ok = e.heard[keyword]
	return words, ok
}

// needed finds what the dialogue can't go on without. A relay that does not
// answer a second EHLO offers nothing more.
func (o *opening) needed(of *extensions, keyword string) (words string, ok bool) {
	if words, ok = of.find(keyword); ok || of.heard != nil {
		return words, ok
	}
	of.heard = map[string]string{}
	if o.wire.arm(o.relay.settings.Timeouts.Hello, mostOfReply) != nil {
		return "", false
	}
	text := of.client.Text
	id, err := text.Cmd("EHLO %s", o.relay.settings.LocalName)
	if err != nil {
		return "", false
	}
	text.StartResponse(id)
	defer text.EndResponse(id)
	_, reply, err := text.ReadResponse(250)
	if err != nil {
		return "", false
	}
	for _, line := range strings.Split(reply, "\n")[1:] { // the first names the relay
		name, words, _ := strings.Cut(line, " ")
		of.heard[strings.ToUpper(name)] = words
	}
	return of.find(keyword)
}
