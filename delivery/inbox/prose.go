package inbox

import (
	"slices"
	"strings"

	"roundup/delivery/reason"
	"roundup/internal/eml"
	"roundup/internal/lazy"
	"roundup/internal/oneline"
)

// ofProse reads a bounce that is written for people alone: qmail's, Exim's, old
// sendmail's, Exchange's and hundreds more. There is no format; there is a system as the
// sender, words for a failure, and in most the mail that came back.
func ofProse(m *eml.Message, back returned, null bool) []Finding {
	subject := subjectOf(m, back)
	named := addressesIn(strings.Join(m.All("X-Failed-Recipients"), " "))
	sure := len(named) > 0 || isBounce(m, back, null)
	if !sure && !mayBeBounce(back, null) {
		return nil
	}
	recipients := named
	if len(recipients) == 0 {
		recipients = recipientsOf(m, back)
	}
	if len(recipients) == 0 && !back.found && !failed(subject, 0) {
		return nil
	}
	if len(recipients) == 0 {
		recipients = []string{""}
	}
	headed, told := delayed().MatchString(subject) || maybeDelayed().MatchString(subject), saysDelayed(back.notes)
	var all []Finding
	for _, r := range recipients[:min(len(recipients), maxFindings)] {
		late := headed || told && !refused(r, back.notes, len(recipients) == 1)
		f := Finding{Recipient: r, Final: !late}
		said, shown := saidOf(r, back.notes)
		if said == "" {
			said, shown = subject, subject
		}
		d := diagnosis("", said, f.Final)
		if d.After == reason.Untold && len(recipients) == 1 && atRecipient().MatchString(back.notes) {
			d.After = reason.Recipient
		}
		if why := reason.Of(d); unsaid(why, d) && failed(subject, 1) {
			more := diagnosis("", said+" "+subject, f.Final)
			if also := reason.Of(more); also != why && (also.Group() != reason.Gone || back.subject != "") { // else a headline may stand in it
				d = more
			}
		}
		f.Status, f.Code, f.Reason, f.Words = d.Enhanced, d.Code, reason.Of(d), oneline.Of(shown, maxWords)
		switch f.Kind = kindOf(f.Reason); {
		case late && f.Kind == Hard || f.Kind == Nothing:
			f.Kind, f.Reason = Soft, reason.Expired
		case !sure && f.Kind == Hard && d.Code == 0 && d.Enhanced == "": // a person may have written it
			f.Kind, f.Reason = Soft, reason.Undefined
		}
		all = append(all, f)
	}
	return all
}

// isBounce weighs what speaks for a bounce. A person writes about failed deliveries,
// too: without a system as its sender a mail is none.
func isBounce(m *eml.Message, back returned, null bool) bool {
	of := subjectOf(m, back)
	system, subject, text := isDaemon(m), failed(of, 0), failed(opening(back.notes), 0)
	switch {
	case system && (subject || text):
		return true
	case (subject || listRefusal().MatchString(of)) && text && isListServer(m):
		return true
	case null && subject && (text || back.found):
		return true
	}
	return subject && text && back.found && strongly().MatchString(of) && !passesOn(m)
}

// mayBeBounce reports whether a mail is taken for a bounce by its text alone: what came from
// the null sender and returns a mail, under a subject that says nothing. An absence note
// that nothing marks as one is like that, too.
func mayBeBounce(back returned, null bool) bool {
	return null && back.found && failed(opening(back.notes), 0)
}

// passesOn reports whether a mail is a person's who forwards a bounce or answers one, or a
// newsletter about such: its subject may be a bounce's own.
func passesOn(m *eml.Message) bool {
	return !isDaemon(m) && (m.Has("List-Unsubscribe") || passing().MatchString(m.Decoded("Subject")))
}

var passing = lazy.Regexp(`(?i)^\s*(re|fwd?|aw|wg|tr|rv|enc|vs|vl|sv|vb|odp|pd|ynt|ilt|[回答][复覆]|[转轉][发發寄]|返信|転送)\s*(\[\d+\])?\s*[:：]`)

// opening is the part of a text in which a bounce says that it is one.
func opening(text string) string { return text[:min(len(text), 3000)] }

// failed reports whether a text has words for a failed delivery, least or more.
func failed(text string, least int) bool {
	return len(failure().FindAllStringIndex(text, least+1)) > least
}

var (
	failure = lazy.Regexp(`(?i)undeliver(able|ed)|un-?deliver|non-?deliver(y|able)|` +
		`(deliver(y|ed|ing)?|sending|transmission|transfer)[^.\n]{0,60}(fail|problem|error|impossible|unsuccessful|not possible|abort|status notification|notification|incomplete|suspended|report|trouble)|` +
		`(fail(ed|ure)?|error|problem|unable|trouble|not able|impossible|could ?n.?t|could not|can ?not|can.?t|cannot|not|attempt(ed)?|unsuccessful)( yet)?( be| been| to| in| while| of| during)*( your| the| mail| message| e-?mail)* ?(deliver|sen[dt]\b|reach|sending|transmit|transfer|process)|` +
		`return(ed|ing)[^.\n]{0,20}(mail|message|to (the )?sender)|mail[^.\n]{0,20}return(ed)?|failure notice|(mail|message|system|smtp) (delivery )?(error|failure|problem)|` +
		`(was|were|been|is) (rejected|refused|bounced|returned)|did not reach|didn.?t reach|not (be )?accepted|could not be (sent|reached|found)|(rejected|refused) (message|mail)|(message|mail) (was |is )?(rejected|refused|bounced|not sent|blocked)|permanent (fatal )?error|fatal errors?|` +
		`user unknown|unknown (user|recipient|address)|invalid (user|recipient|address)|no such user|mailbox (is )?(full|unavailable)|over quota|bounce|error sending|had trouble|giving up|delivery attempts|` +
		`nicht (zugestellt|zustellbar|ausgeliefert)|unzustellbar|zustell(ung|fehler)|non (remis|distribu|d[ée]livr)|[ée]chec de (la )?(remise|distribution)|non (recapitat|consegnat)|(recapitare|consegnare) il|no (se ha podido|se pudo) entregar|no entregado|devuelto|onbestelbaar|niet (afgeleverd|bezorgd)|` +
		`não (foi possível entregar|pôde ser entregue|entregue)|falha na entrega|mancata consegna|(inte|ikke) ((blive?|bli) )?lever(eras|es|et|ert|ats|ades)\b|olevererbar|epäonnistui|ei voitu toimittaa|nie (można |udało się )?dostarcz|nie została dostarcz|niedostarcz|nedoruč|(nelze|nepodařilo)( se)? doruč|nem kézbesíthető|kézbesíthetetlen|teslim edilem|` +
		`не (было )?(доставлен|удалось)|недостав|配信(でき|不能|エラー)|送信(でき|エラー)|宛先|エラーメール|退信|[无無]法(投[递遞]|传递|傳遞|送[达達])|投[递遞]失[败敗]|전송.{0,10}(실패|못)|배달되지|반송|are not member|not a member|loop alert|duplicated message-id`)
	strongly = lazy.Regexp(`(?i)undeliver(able|ed)|delivery (status notification|fail|problem|error)|returned mail|failure notice|mail delivery|returning message to sender|delivery has failed|non-?delivery`)
	// listRefusal is the subject of a list server that refuses; as that of others it is a headline.
	listRefusal = lazy.Regexp(`(?i)(request|post|posting|message) .{0,60}rejected`)
)

// recipientLine is a line that an address stands at the head of, after at most a bullet,
// a label or brackets.
var recipientLine = lazy.Regexp(`(?i)^[\s>*|•-]*(?:(?:rcpt to|recipient|(?:(?:failed|final|original|affected|invalid|intended|e-?mail|recipient) )?(?:recipients?|address(?:es)?|mailbox(?:es)?)|(?:unknown|invalid|bad|no such)(?: local)?[ -](?:user|recipient|address|host|domain|mailbox)|(?:user )?mailbox|address|delivery[a-z0-9 ]*|user|undeliverable to|failed|sent to|errors?)(?:\(s\)|\(es\))?(?:\s*[:=]\s*|\s+(?:is |are )?))?["'<(\[]*((?:"[^"]{1,60}"|[^\s<>()\[\]:;,"'|=]+(?:'[^\s<>()\[\]:;,"'|=@]+)*)@[A-Za-z0-9][A-Za-z0-9.-]*[A-Za-z0-9])(?:$|[\s<>()\[\]:;,'"]|\.(?:$|\s))`)

// recipientsOf are the addresses that a text in prose is about.
func recipientsOf(m *eml.Message, back returned) []string {
	own, to := among(ownAddresses(m, back)), among(back.to)
	if lists := refusingList(back.notes); len(lists) > 0 && isListServer(m) {
		return lists
	}
	var headed, commanded []string
	for _, found := range rcptTo().FindAllStringSubmatch(back.all, 20) {
		commanded = append(commanded, found[1])
	}
	for line := range strings.Lines(back.notes) {
		if found := recipientLine().FindStringSubmatch(strings.TrimRight(line, "\r\n")); found != nil {
			headed = append(headed, strings.Trim(found[1], ".!?"))
		}
	}
	all := addressesIn(ofSender().ReplaceAllString(back.notes, ""))
	meant := slices.DeleteFunc(slices.Clone(all), func(a string) bool { // of those that the mail went to
		return !to[strings.ToLower(a)]
	})
	for i, some := range [][]string{headed, commanded, headed, meant, all, back.to, meant, back.to} {
		mayBeOwn := i == 2 || i > 5 // who writes to themselves is sender and recipient
		some = slices.DeleteFunc(unique(some), func(a string) bool { return own[strings.ToLower(a)] && !mayBeOwn || systemLocal().MatchString(a) })
		if len(some) > 0 {
			return some
		}
	}
	return nil
}

var (
	rcptTo      = lazy.Regexp(`(?i)rcpt to: *<?([^\s<>]+@[^\s<>]+[A-Za-z0-9])>?`)
	ofSender    = lazy.Regexp(`(?im)^\s*(from|sender|original sender|message-id|reply-to|return-path|mail from)\b.*$`)
	systemLocal = lazy.Regexp(`(?i)^(mailer-?daemon|post-?master|abuse|hostmaster|support|help|helpdesk|noc)@|^owner-|-(owner|request|bounces)@`)
)

// ownAddresses are those of whoever the bounce came to, and of who sent it.
func ownAddresses(m *eml.Message, back returned) []string {
	own := slices.Clone(back.own)
	for _, name := range []string{"To", "From", "Sender", "Reply-To", "Return-Path", "Delivered-To", "Envelope-To"} {
		for _, value := range m.All(name) {
			own = append(own, addressesIn(value)...)
		}
	}
	for _, messageID := range append([]string{m.Get("Message-ID"), m.Get("In-Reply-To"), m.Get("References")}, back.messageIDs...) {
		own = append(own, addressesIn(messageID)...)
	}
	return own
}

// subjectField is a line that shows the subject of the mail that came back, a headline of ours.
var subjectField = lazy.Regexp(`(?im)^[ \t>*|-]*subject *:.*$`)

// replyLine is a server's answer in a transcript.
var replyLine = lazy.Regexp(`^\s*(?:<<<\s*|\.\.\.\s*|>\s*|\[|\(reason: *)*[45]\d\d[- ]`)

// saidOf is what a text in prose says of a recipient: what stands beside the address and
// below it, else what servers answered, else all of it.
//
// Only what is said beside the address, or by a server, is to be shown: the whole of a
// text may hold anything.
func saidOf(recipient, notes string) (said, shown string) {
	lines, answers := linesOf(notes)
	notes = strings.Join(lines, "\n")
	beside := besideAddress(recipient, lines)
	shown = strings.TrimSpace(beside + " " + answers)
	texts := []string{shown}
	if beside != "" { // else all of the text is what is left
		texts = []string{beside, shown, beside + " " + notes}
	}
	for _, text := range slices.Compact(texts) {
		d := diagnosis("", text, true)
		if why := reason.Of(d); text != "" && !unsaid(why, d) {
			return text, shown
		}
	}
	return strings.TrimSpace(notes), shown
}

// linesOf are the lines of a text without those that show our subject or quote our mail, and in
// one what servers answered.
func linesOf(notes string) (lines []string, answers string) {
	notes = subjectField().ReplaceAllString(strings.ReplaceAll(opening(notes), "\r\n", "\n"), "")
	lines = strings.Split(notes, "\n")
	var replies []string
	for i, line := range lines {
		switch {
		case replyLine().MatchString(line):
			replies = append(replies, strings.TrimSpace(line))
		case (line == ">" || strings.HasPrefix(line, "> ")) && !recipientLine().MatchString(line):
			lines[i] = ""
		}
	}
	return lines, strings.Join(replies, " ")
}

// besideAddress is the lines about an address: the one it stands in and those below, up
// to an empty line after some words, or to the next address.
func besideAddress(recipient string, lines []string) string {
	if recipient == "" {
		return ""
	}
	var all []string
	for i, line := range lines {
		at := strings.Index(strings.ToLower(line), strings.ToLower(recipient))
		if at < 0 {
			continue
		}
		own := strings.TrimSpace(line[:at] + line[at+len(recipient):])
		words := []string{own}
		for _, below := range lines[i+1 : min(len(lines), i+14)] {
			if trimmed := strings.TrimSpace(below); trimmed == "" && len(strings.Join(words, "")) > 3 || recipientLine().MatchString(below) {
				break
			}
			words = append(words, strings.TrimSpace(below))
		}
		all = append(all, strings.Join(words, " "))
	}
	return strings.TrimSpace(strings.Join(all, " "))
}
