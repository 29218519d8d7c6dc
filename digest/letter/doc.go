// Package letter owns an issue as its readers get it: Compile makes it of the
// articles chosen, Render prints it as HTML, as text and as a page of the web, with
// the templates of a theme or of one's own (CheckTemplates). It must not choose
// articles or know how mail is sent, and it is pure, as digest is. Start reading with
// Compile in compile.go, Letter in letter.go and Render in render.go.
package letter
