package templates

import "embed"

// Web holds the pages a browser opens under web/: page.html, which every
// readers' page is made from, and preview.html with its parts, style and script,
// which is the editor's.
//
//go:embed web/*.html web/*.css web/*.js
var Web embed.FS
