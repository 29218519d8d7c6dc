// Package templates owns the templates that are built into the binary.
//
// It must not compute anything: it embeds files, names the themes among them, and
// does nothing else.
//
// Start reading with mail/mail.html, the layout every mail is made from.
package templates

import "embed"

// Mail holds the templates of the digest's mail under mail/: mail.html and
// mail.txt, which are the layouts, and a file for each part they call. A folder
// under mail/themes/ holds those that a theme has of its own.
//
//go:embed mail/*.html mail/*.txt mail/themes/*/*.html mail/themes/*/*.txt
var Mail embed.FS

// DefaultTheme is the look of a mail where none is chosen.
const DefaultTheme = "magazine"

// Themes lists the looks a mail can have, the default first. A theme is the
// templates of the default one, some of them replaced.
func Themes() []string { return []string{DefaultTheme, "letter", "compact"} }
