package asjson

// Template is a line of `templates list`.
type Template struct {
	File string `json:"file"`
	From string `json:"from"` // the theme, or the file that stands in
}

// Exported is `templates export`.
type Exported struct {
	Dir   string   `json:"dir"`
	Theme string   `json:"theme"`
	Files []string `json:"files"`
}
