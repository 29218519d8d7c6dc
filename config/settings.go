package config

import (
	"strconv"
	"strings"
)

// Setting is one effective setting, as it may be shown to anybody.
type Setting struct {
	Key    string // "smtp.host", "digest.sections[0].title"
	Value  string // as written, secrets masked; a list joined by ", "
	Origin string // "default", "roundup.yaml:12" or "environment ROUNDUP_SMTP_HOST"
}

// Settings lists the effective settings in the order of the table of keys: all
// that were set or have a default. Secrets are masked, also inside URLs.
func (c *Config) Settings() []Setting {
	var settings []Setting
	done := map[string]bool{}
	for _, k := range keys() {
		list, _, isItem := strings.Cut(k.name, "[]")
		switch {
		case !isItem:
			settings = append(settings, c.setting(k)...)
		case !done[list]:
			done[list] = true
			settings = append(settings, c.itemSettings(list)...)
		}
	}
	return settings
}

// setting is the one effective value of a key; nothing where there is none.
func (c *Config) setting(k key) []Setting {
	if c.overruled(k.name) {
		return nil
	}
	if from := c.sources.at[k.name]; from.text != "" {
		if k.name == "mail.unsubscribe" && c.Mail.Unsubscribe != "" {
			from.text = c.Mail.Unsubscribe // the word from stands for an address
		}
		return []Setting{{Key: k.name, Value: from.text, Origin: c.sources.tell(from)}}
	}
	value := k.fallback
	switch k.name {
	case "smtp.port":
		value = strconv.Itoa(c.SMTP.Port)
	case "newsletter.name":
		value = c.Newsletter.Name
	case "mail.return_path":
		value = c.Mail.ReturnPath
	case "mail.unsubscribe":
		value = c.Mail.Unsubscribe
	case "mail.feedback_id":
		value = c.Mail.FeedbackID
	case "leavings_file":
		value = c.LeavingsFile
	case "bounces.imap.port":
		value = strconv.Itoa(c.Bounces.IMAP.Port)
	case "bounces.unknown_dir":
		value = c.Bounces.UnknownDir
	case "dkim.domain":
		value = c.DKIM.Domain
	}
	if value == "" {
		return nil
	}
	return []Setting{{Key: k.name, Value: value, Origin: "default"}}
}

// overruled reports whether a secret's value or file was set and is not in
// force, because the other of the two is.
func (c *Config) overruled(name string) bool {
	for _, s := range append(c.secrets(), filed{key: "database", path: &c.DatabaseFile}) {
		switch name {
		case s.key:
			return *s.path != ""
		case s.key + "_file":
			return *s.path == ""
		}
	}
	return false
}

// itemSettings lists what was set in the items of a list, item by item.
func (c *Config) itemSettings(list string) []Setting {
	var settings []Setting
	for _, name := range c.sources.list {
		if from := c.sources.at[name]; strings.HasPrefix(name, list+"[") && from.text != "" {
			settings = append(settings, Setting{Key: name, Value: from.text, Origin: c.sources.tell(from)})
		}
	}
	return settings
}

// tell says where a value came from.
func (o *origins) tell(from origin) string {
	if from.variable != "" {
		return "environment " + from.variable
	}
	return o.file + ":" + strconv.Itoa(from.line)
}
