package templates

import "embed"

// Web holds the pages a browser opens under web/: page.html, which every
// readers' page is made from, and preview.html, the editor's.
//
//go:embed web/*.html
var Web embed.FS
