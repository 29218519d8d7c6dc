package config

import (
	"fmt"
	"strings"
)

// Reference is the page of the manual that lists every setting, in Markdown,
// made from the table of keys.
func Reference() string {
	var b strings.Builder
	b.WriteString(`# Configuration

<!-- Made from config/keys.go; change it there. -->

Roundup reads one file, ` + "`roundup.yaml`" + `: the one named with ` + "`--config`" + `, else the first there is of
` + "`./roundup.yaml`, `$XDG_CONFIG_HOME/roundup/roundup.yaml` and `/etc/roundup/roundup.yaml`" + `.
` + "`roundup init`" + ` writes one with comments; ` + "`roundup config`" + ` shows what is in force and where it came from.

- Every setting that is not part of a list of groups can also come from the environment, which goes before the
  file: ` + "`smtp.host` is `ROUNDUP_SMTP_HOST`" + `. A list has commas between its texts there. An empty value is as good as none.
- Passwords and other secrets are best kept in files of their own: ` + "`smtp.password_file`, `database_file`, `notify.url_file`" + ` and
  others that end so.
- Relative paths start at the file's folder.
- A text that begins with ` + "`#`, or has ` #` or `: ` in it, needs quotes around it: `password: \"hunter #2\"`" + `.
- Durations are written ` + "`90s`, `15m`, `24h`, `7d`, `2w` or `1d12h`" + `.
- An unknown key, or a value that is not allowed, stops every command; all mistakes are told at once, with their lines.
`)
	section := ""
	for _, k := range keys() {
		if name, _, _ := strings.Cut(strings.ReplaceAll(k.name, "[]", ""), "."); name != section {
			section = name
			fmt.Fprintf(&b, "\n## %s\n\n| key | value | default | |\n|---|---|---|---|\n", section)
		}
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", k.name, k.value(), k.initial(), k.doc)
	}
	return b.String()
}

// value says what a key's value is, for people.
func (k key) value() string {
	switch {
	case k.kind == choice:
		return "`" + strings.Join(k.allowed, "`, `") + "`"
	case k.kind == integer && k.max > 0:
		return fmt.Sprintf("%s, %d to %d", k.kind, k.min, k.max)
	case k.kind == integer && k.min > 0:
		return fmt.Sprintf("%s, at least %d", k.kind, k.min)
	case len(k.allowed) > 0:
		return fmt.Sprintf("%s, or `%s`", k.kind, strings.Join(k.allowed, "`, `"))
	}
	return string(k.kind)
}

// initial is a key's default, for people.
func (k key) initial() string {
	switch {
	case k.derived != "":
		return k.derived
	case k.fallback != "":
		return "`" + k.fallback + "`"
	}
	return ""
}
