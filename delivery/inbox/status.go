package inbox

import (
	"strconv"
	"strings"

	"golang.org/x/text/encoding/japanese"

	"roundup/delivery/reason"
	"roundup/internal/eml"
	"roundup/internal/lazy"
	"roundup/internal/oneline"
)

// maxWords is how much of a server's words is kept, in octets.
const maxWords = 500

// maxSaid is how much of a server's words is looked at for a reason, in octets.
const maxSaid = 4 << 10

// ofStatus reads a delivery status notification (RFC 3464): what it says of each
// recipient. Where its part has another type, or none, its fields are looked for in the
// text.
func ofStatus(m *eml.Message, back returned, null bool) []Finding {
	text := statusText(m, !null && passesOn(m))
	if text == "" {
		return nil
	}
	var all []Finding
	for _, fields := range recipientsIn(text) {
		f, ok := ofRecipient(fields, back)
		if ok {
			all = append(all, f)
		}
	}
	if len(all) == 1 && all[0].Reason == reason.UserUnknown {
		if why := ofMailbox(back.notes); why != "" {
			all[0].Kind, all[0].Reason = kindOf(why), why
		}
	}
	return all
}

// ofMailbox is what a notification says of the mailbox in a paragraph of its own: that
// it is full or disabled; "" for nothing. Where the fields say that there is no such
// user, it contradicts itself, and the milder counts.
func ofMailbox(notes string) reason.Reason {
	for paragraph := range strings.SplitSeq(strings.ReplaceAll(opening(notes), "\r\n", "\n"), "\n\n") {
		if len(paragraph) > maxStatement || supposed().MatchString(paragraph) {
			continue
		}
		switch why := reason.Of(diagnosis("", paragraph, true)); why {
		case reason.MailboxFull, reason.Suspended:
			return why
		}
	}
	return ""
}

// maxStatement is how long a paragraph is that states one thing, in octets: a longer one
// explains what may be the matter.
const maxStatement = 160

// supposed are words of a paragraph that says what may be, or what to do.
var supposed = lazy.Regexp(`(?i)\b(may|might|could|can|if|or|possibl[ey]|likely|perhaps|either|check|whether|please)\b`)

// statusText is the fields of a notification; "" for none. Those in a text that somebody
// passes on are none.
func statusText(m *eml.Message, passedOn bool) string {
	for _, part := range m.Parts {
		switch part.Type {
		case "message/delivery-status", "message/global-delivery-status":
			return part.Text
		}
	}
	for _, part := range m.Parts {
		if found := statusField().FindStringIndex(part.Text); found != nil && !isHeaderPart(part.Type) && !passedOn {
			return part.Text[found[0]:]
		}
	}
	return ""
}

// statusField begins the part about a recipient, where nothing else says where it does.
var statusField = lazy.Regexp(`(?im)^(reporting-mta|final-recipient|original-recipient): *(rfc822|dns|x-)[^;\n]*;`)

// recipientsIn are the fields of each recipient (RFC 3464, 2.3), and in front of them those
// of the mail, of as many as are told of. An empty line is between two, but not with every
// writer, and some put one within.
func recipientsIn(text string) []map[string]string {
	var all []map[string]string
	var fields map[string]string
	for block := range strings.SplitSeq(strings.ReplaceAll(text, "\r\n", "\n"), "\n\n") {
		for _, f := range eml.Fields(block) {
			key := strings.ToLower(f.Name)
			_, twice := fields[key]
			if names := key == "final-recipient" || key == "original-recipient"; fields == nil || names && twice {
				if len(all) > maxFindings {
					return all
				}
				fields = map[string]string{}
				all = append(all, fields)
			}
			if !twice || fields[key] == "" {
				fields[key] = f.Value
			}
		}
		if fields["final-recipient"] != "" && fields["status"]+fields["action"] != "" {
			fields = nil
		}
	}
	return all
}

func ofRecipient(fields map[string]string, back returned) (Finding, bool) {
	f := Finding{Recipient: typed(fields["final-recipient"])}
	if original := typed(fields["original-recipient"]); f.Recipient == "" {
		f.Recipient = original
	} else if !strings.EqualFold(original, f.Recipient) {
		f.Original = original
	}
	if f.Recipient == "" {
		f.Recipient = typed(fields["x-actual-recipient"])
	}
	action, _, _ := strings.Cut(strings.ToLower(strings.TrimSpace(fields["action"])), " ")
	status := enhancedIn(fields["status"])
	if f.Recipient == "" && action == "" && status == "" {
		return f, false
	}
	if f.Recipient == "" {
		if f.Recipient = bare(fields["final-recipient"], back); f.Recipient == "" && len(back.to) > 0 {
			f.Recipient = back.to[0]
		}
	}
	f.Final = action != "delayed" && (action == "failed" || status == "" || status[0] != '4')
	_, words, typedWords := strings.Cut(fields["diagnostic-code"], ";")
	if !typedWords {
		words = fields["diagnostic-code"]
	}
	f.diagnose(status, words[:min(len(words), maxSaid)], back)
	switch action {
	case "delivered", "relayed", "expanded", "deliverable":
		f.Kind, f.Reason = Nothing, reason.Delivered
	case "delayed":
		if f.Kind == Hard {
			f.Kind, f.Reason = Soft, reason.Expired
		}
	}
	return f, true
}

// bare is a recipient that is written without its domain, by the mail that came back.
func bare(value string, back returned) string {
	_, local, _ := strings.Cut(value, ";")
	if local = strings.Trim(strings.TrimSpace(local), "<>"); local == "" {
		return ""
	}
	for _, to := range back.to {
		if strings.HasPrefix(strings.ToLower(to), strings.ToLower(local)+"@") {
			return to
		}
	}
	return ""
}

// diagnose finds the reason in a status and in words. Where those say little, what the
// mail says of the recipient in prose is asked.
func (f *Finding) diagnose(status, words string, back returned) {
	said, shown := saidOf(f.Recipient, back.notes)
	d := diagnosis(status, decoded(words), f.Final)
	if step := stepIn(said); d.After == reason.Untold || step == reason.Message {
		d.After = step // the report proper does not say so
	}
	if d.After == reason.Untold && namesNobody().MatchString(words) {
		d.After = reason.Message
	}
	why := reason.Of(d)
	if strings.TrimSpace(words) == "" || unsaid(why, d) {
		if more := diagnosis(status, words+" "+said, f.Final); said != "" {
			if also := reason.Of(more); !unsaid(also, more) {
				d, why = more, also
			}
		}
		if strings.TrimSpace(words) == "" {
			words = shown
		}
	}
	f.Status, f.Code, f.Reason = d.Enhanced, d.Code, why
	f.Words, f.Kind = oneline.Of(strings.TrimSpace(words), maxWords), kindOf(why)
}

// decoded is words that are in Japanese by escapes, as reports have them, which have no
// charset.
func decoded(words string) string {
	if !strings.Contains(words, "\x1b$") {
		return words
	}
	if text, err := japanese.ISO2022JP.NewDecoder().String(words); err == nil {
		return text
	}
	return words
}

// unsaid reports whether a reason is no more than what is left when nothing is said.
func unsaid(why reason.Reason, d reason.Diagnosis) bool {
	switch why {
	case reason.Undefined, reason.OnHold, reason.Syntax, reason.SystemError:
		return true
	case reason.Policy, reason.Filtered, reason.Network, reason.MailboxFull, reason.UserUnknown, reason.HostUnknown:
		return strings.TrimSpace(d.Text) == "" && (d.Enhanced == "" || strings.HasSuffix(d.Enhanced, ".0"))
	}
	return false
}

var (
	enhancedCode = lazy.Regexp(`(?:^|[^\d.])([245]\.\d{1,3}\.\d{1,3})(?:[^\d.]|\.?$|\.\D)`)
	replyCode    = lazy.Regexp(`(?:^|[^\d.:/#-])([245][0-5]\d)(?:[ \-#:;]|$)`)
	atEnd        = lazy.Regexp(`(?i)in reply to (end of )?data|after (end of |sending )?(data|message|mail body)|final data|\(data\)|data command|smtp:data`)
	atRecipient  = lazy.Regexp(`(?i)rcpt to|(after|smtp:) ?rcpt|rcpt command`)
	namesNobody  = lazy.Regexp(`^\s*5\d\d[ -](5\.\d+\.\d+ )?: `) // "550 : User unknown", where RCPT is answered "550 <a@b.example>: …"
	atMail       = lazy.Regexp(`(?i)in reply to mail from|after (pipelined )?mail from|smtp:mail|mail from command`)
)

func enhancedIn(text string) string {
	if found := enhancedCode().FindStringSubmatch(text); found != nil {
		return found[1]
	}
	return ""
}

// stepIn is what a text says that a reply answers.
func stepIn(text string) reason.Step {
	switch {
	case atEnd().MatchString(text):
		return reason.Message
	case atMail().MatchString(text):
		return reason.Sender
	case atRecipient().MatchString(text):
		return reason.Recipient
	}
	return reason.Untold
}

// diagnosis takes codes out of words. An enhanced code in a server's own words says more
// than a status that ends in .0.0, and than one of another class.
func diagnosis(status, words string, final bool) reason.Diagnosis {
	d := reason.Diagnosis{Enhanced: status, Text: words, Final: final, After: stepIn(words)}
	if found := replyCode().FindStringSubmatch(words); found != nil {
		d.Code, _ = strconv.Atoi(found[1])
		if d.Code/100 == 2 && status != "" && status[0] != '2' {
			d.Code = 0 // a greeting that is quoted
		}
	}
	if own := enhancedIn(words); own != "" && (status == "" || strings.HasSuffix(status, ".0.0") || d.Code != 0 && status[0] != words[0] && own[0]-'0' == byte(d.Code/100)) {
		d.Enhanced = own
	}
	return d
}

// Diagnosed is what a provider reports, with the reason that the server's words give. What
// the provider calls hard is, where the words say nothing else; what it calls soft is
// never hard.
func (f Finding) Diagnosed(status, words string) Finding {
	hard := f.Kind == Hard
	f.diagnose(enhancedIn(status), words, returned{})
	switch group := f.Reason.Group(); {
	case hard && (group == reason.Between || group == reason.None):
		f.Kind, f.Reason = Hard, reason.UserUnknown
	case !hard && group == reason.Gone:
		f.Kind, f.Reason = Soft, reason.OnHold
	case f.Kind == Nothing:
		f.Kind, f.Reason = Soft, reason.Undefined
	}
	return f
}

// Saying is a finding with a provider's own words, which give no reason.
func (f Finding) Saying(words string) Finding {
	f.Words = oneline.Of(words, maxWords)
	return f
}
