package letter_test

import (
	"testing"
	"time"

	"roundup/digest"
	"roundup/internal/testing/proof"
	"roundup/templates"
)

const (
	sampleUID  = proof.UID
	sampleNote = proof.Note
)

func samplePublication(t *testing.T) digest.Publication {
	t.Helper()
	return proof.Publication(t)
}

func sampleMoment() time.Time { return proof.Moment() }

func sampleArticle(day int, title, dek, labels string, authors ...string) digest.Printed {
	return proof.Article(day, title, dek, labels, authors...)
}

func sampleSections() []digest.IssueSection { return proof.Articles() }

func withPicture(p digest.Printed, file, alt, caption, credit string, width, height int) digest.Printed {
	p.Image = digest.Image{
		URL:     "https://meridian.example/pictures/" + file,
		Alt:     alt,
		Caption: caption,
		Credit:  credit,
		Width:   width,
		Height:  height,
	}
	return p
}

// compiled compiles an issue of the sample publication.
func compiled(t *testing.T, sections []digest.IssueSection, note string) digest.Issue {
	t.Helper()
	return proof.Compiled(t, proof.Publication(t), sections, note)
}

// sample is one mail that the golden and structural tests look at.
type sample struct {
	name  string
	issue digest.Issue
	pub   digest.Publication
}

// samples are those of the default theme.
func samples(t *testing.T) []sample {
	t.Helper()
	var all []sample
	for _, s := range proof.Samples(t) {
		if s.Options.Theme == templates.DefaultTheme {
			all = append(all, sample{s.Name, s.Issue, s.Publication})
		}
	}
	return all
}
