package letter_test

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"roundup/digest"
	"roundup/digest/letter"
)

// illustrated is an issue with a lead's picture, a small one beside, one whose
// size nobody knows, and one that is there twice.
func illustrated(t *testing.T) (digest.Issue, digest.Publication) {
	t.Helper()
	pub := samplePublication(t)
	pub.Logo = "https://meridian.example/pictures/logo.png"
	picture := func(title, file string, width, height int) digest.Printed {
		return withPicture(sampleArticle(18, title, "What it says, at some length.", "Analysis"), file, "", "", "", width, height)
	}
	articles := []digest.Printed{
		picture("Lead", "lead.jpg?a=1&b=2+3", 1600, 900),
		picture("Beside", "beside.jpg", 200, 100),
		picture("Unknown", "unknown.jpg", 0, 0),
		picture("Brackets", "Baltic_(sea).jpg?q=100%", 800, 600),
		picture("Again", "beside.jpg", 200, 100),
		picture("Icon", "icon.gif", 16, 16),
		sampleArticle(18, "None", "", "Analysis"),
	}
	return compiled(t, []digest.IssueSection{{Title: "Analysis", Articles: articles}}, ""), pub
}

const pictures = "https://meridian.example/pictures/"

func TestPicturesShown(t *testing.T) {
	t.Parallel()
	issue, pub := illustrated(t)
	shown := []letter.Shown{
		{URL: pictures + "logo.png", Width: 400, Height: 400},
		{URL: pictures + "lead.jpg?a=1&b=2+3", Width: 1072, Height: 603, Crop: true},
		{URL: pictures + "beside.jpg", Width: 352, Height: 235, Crop: true},
		{URL: pictures + "unknown.jpg", Width: 352, Height: 235, Crop: true},
		{URL: pictures + "Baltic_%28sea%29.jpg?q=100%25", Width: 352, Height: 235, Crop: true},
	}
	tests := []struct {
		name string
		opts letter.Options
		want []letter.Shown
	}{
		{"linked", letter.Options{}, shown},
		{"to be embedded", letter.Options{Images: letter.EmbedImages}, shown},
		{"none", letter.Options{Images: letter.NoImages}, nil},
		{"a theme without", letter.Options{Theme: "letter"}, shown[:1]},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			got, err := letter.Pictures(issue, pub, tt.opts)
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestNoImages(t *testing.T) {
	t.Parallel()
	issue, pub := illustrated(t)
	v, err := letter.Render(issue, pub, letter.Options{Images: letter.NoImages})
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(v.HTML, "<img") || strings.Contains(v.Page, "<img") || strings.Contains(v.HTML, "/pictures/") {
		t.Error("there is a picture in the mail or on the page")
	}
	if !strings.Contains(v.HTML, "The Meridian Review</h1>") {
		t.Error("nothing stands for the logo")
	}
}

// What is embedded is shown from within, at the size it was measured to have,
// and what is not is linked; the page links everything.
func TestEmbedImages(t *testing.T) {
	t.Parallel()
	issue, pub := illustrated(t)
	embedded := []digest.Embedded{
		{Source: pictures + "lead.jpg?a=1&b=2+3", ContentID: "1@roundup", Type: "image/jpeg", Data: []byte("lead"), Width: 1600, Height: 800},
		{Source: pictures + "unknown.jpg", ContentID: "2@roundup", Type: "image/png", Data: []byte("unknown"), Width: 300, Height: 300},
		{Source: pictures + "logo.png", ContentID: "2@roundup", Type: "image/png", Data: []byte("unknown"), Width: 300, Height: 300},
		{Source: pictures + "beside.jpg", ContentID: "4@roundup", Type: "image/jpeg", Data: []byte("a line"), Width: 900, Height: 2},
		{Source: pictures + "elsewhere.jpg", ContentID: "5@roundup", Type: "image/jpeg", Data: []byte("x"), Width: 900, Height: 900},
	}
	v, err := letter.Render(issue, pub, letter.Options{Images: letter.EmbedImages, Embedded: embedded})
	if err != nil {
		t.Fatal(err)
	}
	for _, want := range []string{
		`src="cid:1@roundup" alt="" width="536" height="268"`,
		`src="cid:2@roundup" alt="" width="176" height="176"`,
		`src="cid:2@roundup" alt="The Meridian Review"`,
	} {
		if !strings.Contains(v.HTML, want) {
			t.Errorf("the mail lacks %s", want)
		}
	}
	for _, gone := range []string{"lead.jpg", "unknown.jpg", "logo.png", "beside.jpg", "4@roundup", "ZgotmplZ"} {
		if strings.Contains(v.HTML, gone) {
			t.Errorf("the mail holds %s", gone)
		}
	}
	if diff := cmp.Diff(embedded[:2], v.Pictures); diff != "" {
		t.Errorf("pictures (-want +got):\n%s", diff)
	}
	if shown := letter.Standalone(v.HTML, v.Pictures); strings.Contains(shown, "cid:") || !strings.Contains(shown, `src="data:image/jpeg;base64,bGVhZA=="`) {
		t.Error("a browser could not show the mail's pictures")
	}
	if strings.Contains(v.Page, "cid:") || !strings.Contains(v.Page, pictures+"lead.jpg?a=1&amp;b=2+3") {
		t.Error("the page does not link its pictures")
	}

	v, err = letter.Render(issue, pub, letter.Options{Embedded: embedded})
	if err != nil || strings.Contains(v.HTML, "cid:") || v.Pictures != nil {
		t.Errorf("pictures are embedded unasked: %v, %v", v.Pictures, err)
	}
}
