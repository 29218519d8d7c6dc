package inbox

import (
	"strings"

	"roundup/internal/eml"
)

// maxAnswered is how many of the mails that one refers to are looked at, the last first:
// a thread may be long.
const maxAnswered = 50

// answering notes that ordinary mail is a reply to a mail of ours, by In-Reply-To or
// References (RFC 5322, 3.6.4). It stays ordinary mail, for a person to read.
func (f *Finding) answering(m *eml.Message) {
	ids := append(strings.Fields(m.Get("References")), strings.Fields(m.Get("In-Reply-To"))...)
	for i := len(ids) - 1; i >= max(len(ids)-maxAnswered, 0); i-- {
		messageID := strings.Trim(ids[i], "<>,")
		if reader, ok := readerOf(messageID); ok {
			f.Reply, f.Reader, f.MessageID, f.Proof = true, reader, messageID, ByMessageID
			return
		}
	}
}
