package proof_test

// allowance is a feature that a mail uses though clients lack it, in whole or in part.
type allowance struct {
	who      string // the clients that lack it, in alphabetic order
	lost     string // what their readers lose
	fallback string // what they see instead
}

// nothing is what readers lose where a client lacks a part of a feature that no
// mail of ours uses: TestAvoided looks for it.
const nothing = "nothing"

// allowed are all of them. One that is used no more, that every client has
// meanwhile, or that a further client lacks, fails the test.
var allowed = map[string]allowance{
	// The style sheet for phones and for screens set to dark.
	"css-at-media": {"Gmail, Outlook, Yahoo", "the layout for phones, in Gmail's mobile web page and with accounts that are not Google's",
		"the widths in the elements shrink to any screen; Outlook on Windows is never that narrow"},
	"css-at-media-prefers-color-scheme": {"Gmail, Yahoo", "our colours for the dark",
		"the colours for the light, which these clients invert themselves"},
	"html-meta-color-scheme": {"Apple Mail, Gmail, Outlook, Yahoo", "being told that the mail has colours for the dark",
		"the colours for the light, or the client's own inversion of them"},
	"html-style": {"Gmail, Outlook", "the style sheet, where it is dropped", "everything that matters stands in the elements"},
	"css-selector-class": {"Gmail", "the same as css-at-media: only accounts that are not Google's, which get no style sheet",
		"everything that matters stands in the elements"},
	"css-selector-grouping": {"Gmail", "the same", "the same"},
	"css-important":         {"Gmail, Yahoo", nothing, "written in lower case behind a space, in the style sheet alone"},

	"css-hyphens":         {"Gmail, Yahoo", "words broken with a hyphen on phones", "long German words have soft hyphens where they are joined"},
	"css -webkit-hyphens": {"nobody knows", "the same in older Apple Mail", "the same"},
	"css-float": {"Gmail, Yahoo", "a small picture beside the headline on phones, with accounts that are not Google's",
		"the picture above the headline, as in Gmail's mobile web page"},
	"css-object-fit":   {"Gmail, Outlook, Yahoo", "small pictures cut to one shape about the middle", "they are cut at the bottom, or in Outlook whole"},
	"css-aspect-ratio": {"Gmail, Outlook, Yahoo", "the same: where it is unknown the height is the picture's own, so that none is pulled out of shape", "the same"},

	// The frame.
	"html-body":    {"Gmail, Yahoo", "language, direction and ground of the page", "the body's only child repeats them"},
	"html-doctype": {"Outlook, Yahoo", "standards mode", "widths are written so that both box models agree: a cell with padding has none"},
	"html-role":    {"Yahoo", "on the wrapper, that this is a mail; Yahoo keeps it on tables", "a mail that is read as any other page"},
	"html-lang":    {"Yahoo", nothing, "it is on html and on a div, never on a cell"},
	"html-dir": {"Gmail, Outlook", "in Gmail's mobile web page, the direction of a mail in two scripts",
		"a mail is in one language; Outlook's fault is with links, which have none"},

	// Layout.
	"html-width":  {"Outlook", "width in screens of 120 dots an inch", "PixelsPerInch is set to 96; pictures have widths in pixels, never in percent"},
	"html-height": {"Outlook", "height in screens of 120 dots an inch", "PixelsPerInch is set to 96"},
	"css-width":   {"Outlook", "the width of what is not a table or a cell", "the width attribute"},
	"css-max-width": {"Outlook", "the widest that the sheet and pictures may be",
		"a table of 600 pixels around the sheet, for Outlook alone; pictures have a width attribute"},
	"css-height": {"Outlook, Yahoo", "the height of thin bars, gaps and pictures: at least that, in Yahoo",
		"line-height and font-size say the same; pictures have a height attribute"},
	"css-max-height": {"Outlook", "the first half of hiding the preheader", "mso-hide"},
	"css-overflow": {"Apple Mail, Gmail, Outlook, Yahoo", "in Outlook, the rest of a link's words is not hidden",
		"a link whose words are longer: its headline is seen, which says the same"},
	"css-display": {"Gmail, Outlook, Yahoo", nothing, "block, inline-block and none alone; Outlook shows pictures in line, and each has a paragraph to itself"},
	"css-display-none": {"Gmail, Outlook", "in Gmail's mobile web page the preheader is seen above the mail",
		"a line of text that is true; Outlook has mso-hide"},
	"css-margin":       {"Gmail, Outlook, Yahoo", "in Outlook, the centre of the sheet", "align on the table; no margin is negative"},
	"css-padding":      {"Outlook", "room around what is not a cell", "cells have what matters; lists and quotations are indented by Outlook itself"},
	"css-border":       {"Outlook", nothing, "no border is wider than 8 pixels"},
	"css-table-layout": {"Gmail, Outlook", "columns that a long word can't push apart", "words break by word-break, and cells have widths"},
	"html-lists":       {"Gmail, Outlook, Yahoo", nothing, "neither reversed nor numbered by hand"},

	// Text.
	"css-font-size":       {"Outlook, Yahoo", nothing, "in pixels"},
	"css-line-height":     {"Outlook", "the thinnest lines are a little higher", "mso-line-height-rule:exactly where it matters"},
	"css-letter-spacing":  {"Outlook", nothing, "small values, in pixels"},
	"css-text-transform":  {"Outlook", nothing, "upper case alone"},
	"css-text-align":      {"Gmail, Outlook, Yahoo", nothing, "left, right and center alone"},
	"css-text-decoration": {"Gmail, Outlook", "a line below a link, or none, with accounts that are not Google's", "the client's own links; one value each"},
	"css-text-wrap":       {"Gmail, Outlook, Yahoo", "headlines whose lines are about equally long", "lines that are filled one after the other"},
	"css-white-space":     {"Gmail, Outlook, Yahoo", "a date may be broken across lines", "the date, in two lines"},
	"css-word-break": {"Apple Mail, Gmail, Yahoo", "a word of hundreds of letters widens the mail in Yahoo; elsewhere it breaks anywhere",
		"such words are in hostile feeds alone"},

	// Links.
	"html-aria-hidden":          {"Yahoo", "a screen reader says the link of a picture, too", "the headline that says the same is next"},
	"html tabindex":             {"nobody knows", "the same with the keyboard", "one more stop on the way to the headline"},
	"html aria-roledescription": {"nobody knows", "that a screen reader says “email” and not “article”", "“article”"},

	// What caniemail has no file on.
	"css -webkit-text-size-adjust": {"nobody knows", "iOS may enlarge small print", "larger small print"},
	"css text-size-adjust":         {"nobody knows", "the same", "the same"},
	"css mso-hide":                 {"nobody knows", "nothing: it is for Outlook alone", "others have display"},
	"css mso-line-height-rule":     {"nobody knows", "nothing: it is for Outlook alone", "others need no such rule"},
}
