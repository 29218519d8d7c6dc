package digest

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"roundup/internal/language"
	"roundup/internal/nearest"
)

// Verb is what a person does to the next issue, or to an article's part in it.
type Verb string

// The verbs of a Change. DoDrop, DoRestore and DoAgain decide whether an article is
// owed at all; the others belong to the next issue only.
const (
	DoPin       Verb = "pin"       // first in its section, and in the issue though it is late or old
	DoUnpin     Verb = "unpin"     // takes back a pin, and a place
	DoSkip      Verb = "skip"      // not in this issue; it stays owed
	DoDrop      Verb = "drop"      // never
	DoRestore   Verb = "restore"   // owed again; takes back a skip, too
	DoAgain     Verb = "again"     // owed once more though an issue carried it
	DoMove      Verb = "move"      // to a section, a place in it, or both; neither takes the move back
	DoHeadline  Verb = "headline"  // the article's, in this issue; "" takes it back
	DoBlurb     Verb = "blurb"     // the words below it; "" takes them back
	DoSubject   Verb = "subject"   // of the mail; "" for the template's
	DoPreheader Verb = "preheader" // "" for one made of the headlines
	DoNote      Verb = "note"      // the editor's words, Markdown; "" for none of this issue's own
)

// verbs lists the verbs in the order people are told of them.
func verbs() []Verb {
	return []Verb{DoPin, DoUnpin, DoSkip, DoDrop, DoRestore, DoAgain, DoMove, DoHeadline, DoBlurb, DoSubject, DoPreheader, DoNote}
}

// Change is one thing a person changes in the next issue.
type Change struct {
	Do      Verb
	Article int64  // for verbs about an article
	Text    string // of DoHeadline, DoBlurb, DoSubject, DoPreheader and DoNote
	Section string // of DoMove: the section's title; "" for the one it is in
	Place   int    // of DoMove: 1-based among those printed in the section; 0 for none wished
	// Issue is the number of the issue the person was looking at. Where that one
	// has started meanwhile the change is refused. 0: whichever is next.
	Issue int
	// Slot is that of the issue the person was looking at, in which the places of a
	// DoMove count. Zero: the next.
	Slot time.Time
	// Was is what the text was edited to as the person saw it; where somebody has
	// edited it since, the change is refused. nil: it replaces whatever is there.
	Was *string
}

// ChangeError is a change that can't be made, in words for the person who wanted it.
type ChangeError struct {
	Code    ChangeCode // "" where the message says all
	Article int64      // it is about; 0 for none
	Message string     // "there is no section \"Analisis\""
	Hint    string     // "did you mean Analysis?"; "" where the code says what to do
}

// ChangeCode names a refusal for those who word it another way than the terminal.
type ChangeCode string

// Refusals that have a code.
const (
	NoSuchArticle  ChangeCode = "no such article"
	AlreadyCarried ChangeCode = "already carried" // an issue printed it
	NotOwed        ChangeCode = "not owed"        // dropped, baseline or quarantined
	EditedSince    ChangeCode = "edited since"    // the text is another than Change.Was
)

// Error says what is wrong.
func (e *ChangeError) Error() string { return e.Message }

// AboutIssue reports whether a change is about the issue as a whole.
func (c Change) AboutIssue() bool {
	return c.Do == DoSubject || c.Do == DoPreheader || c.Do == DoNote
}

// Clean returns the change with its text as it will be printed. Its error is a
// *ChangeError: an unknown verb, no article, a text that is none or too long, or one
// of which nothing can be seen.
func (c Change) Clean() (Change, error) {
	if !slices.Contains(verbs(), c.Do) {
		return c, &ChangeError{Message: fmt.Sprintf("%q is nothing that can be done to an issue", c.Do), Hint: "known: " + joinVerbs()}
	}
	if !c.AboutIssue() && c.Article <= 0 {
		return c, &ChangeError{Message: fmt.Sprintf("%s: which article?", c.Do), Hint: "name it by its id"}
	}
	if c.Place < 0 {
		return c, &ChangeError{Message: fmt.Sprintf("place %d: places count from 1", c.Place)}
	}
	if !language.IsText(c.Text) {
		return c, &ChangeError{Message: fmt.Sprintf("that %s is not text in UTF-8", c.Do), Hint: "a file in another encoding can be saved in UTF-8"}
	}
	given := c.Text
	if c.Do == DoNote {
		c.Text = strings.Trim(language.PlainLines(c.Text), "\n")
	} else {
		c.Text = language.Plain(c.Text)
	}
	if c.Text == "" && strings.TrimSpace(given) != "" {
		return c, &ChangeError{Message: fmt.Sprintf("nothing of that %s can be seen", c.Do)}
	}
	if n, most := utf8.RuneCountInString(c.Text), c.longest(); n > most {
		return c, &ChangeError{
			Message: fmt.Sprintf("a %s of %d characters is too long", c.Do, n),
			Hint:    fmt.Sprintf("at most %d are printed", most),
		}
	}
	return c, nil
}

func joinVerbs() string {
	var names []string
	for _, v := range verbs() {
		names = append(names, string(v))
	}
	return strings.Join(names, ", ")
}

// Takes reports whether a change wants something of an article, which only one
// that is owed can give; the others take something back.
func (c Change) Takes() bool {
	switch c.Do {
	case DoPin, DoSkip:
		return true
	case DoMove:
		return c.Section != "" || c.Place > 0
	case DoHeadline, DoBlurb:
		return c.Text != ""
	}
	return false
}

// Apply makes the change in the next issue's edits, given the issue as it would
// be printed now and the titles of its sections, for a DoMove. What its verb does
// to an article's state is not an edit and left to the caller. The error is a
// *ChangeError.
func (c Change) Apply(edits *Edits, printed []IssueSection, titles []string) error {
	if now := edits.Text(c.Do, c.Article); c.Was != nil && strings.TrimSpace(now) != strings.TrimSpace(*c.Was) && now != c.Text {
		return &ChangeError{Code: EditedSince, Article: c.Article, Message: fmt.Sprintf("the %s has been edited since", c.Do)}
	}
	switch c.Do {
	case DoSubject:
		edits.Subject = c.Text
		return nil
	case DoPreheader:
		edits.Preheader = c.Text
		return nil
	case DoNote:
		edits.Note = c.Text
		return nil
	case DoMove:
		return c.move(edits, printed, titles)
	}
	edit := edits.Articles[c.Article]
	switch c.Do {
	case DoPin:
		edit.Pin, edit.Skip = true, false
	case DoUnpin:
		edit.Pin, edit.Position = false, 0
	case DoSkip:
		edit.Skip, edit.Pin, edit.Position = true, false, 0
	case DoRestore:
		edit.Skip = false
	case DoHeadline:
		edit.Headline, edit.UpstreamTitle = c.Text, "" // what is upstream is noted anew
	case DoBlurb:
		edit.Blurb, edit.UpstreamBlurb = c.Text, ""
	}
	edits.set(c.Article, edit)
	return nil
}

// Text is a text as a person edited it, by the verb that does; "" where nobody did.
func (e Edits) Text(do Verb, article int64) string {
	switch do {
	case DoSubject:
		return e.Subject
	case DoPreheader:
		return e.Preheader
	case DoNote:
		return e.Note
	case DoHeadline:
		return e.Articles[article].Headline
	case DoBlurb:
		return e.Articles[article].Blurb
	}
	return ""
}

func (e *Edits) set(id int64, edit ArticleEdit) {
	if e.Articles == nil {
		e.Articles = map[int64]ArticleEdit{}
	}
	e.Articles[id] = edit
}

// move puts an article into a section, at a place among those printed there.
// Others that a person gave a place make room, so that what is printed is the
// order the person saw, with this one article moved.
func (c Change) move(edits *Edits, printed []IssueSection, titles []string) error {
	edit := edits.Articles[c.Article]
	edit.Skip = false
	if c.Section == "" && c.Place == 0 {
		edit.Section, edit.Position = "", 0
		edits.set(c.Article, edit)
		return nil
	}
	home := placeOf(printed, c.Article)
	target := home.section
	if c.Section != "" {
		at := slices.IndexFunc(titles, func(t string) bool { return language.Same(t, c.Section) })
		if at < 0 {
			return noSuchSection(c.Section, titles)
		}
		if target = titles[at]; home.place == 0 || target != home.section {
			edit.Section = target
		}
	} else if home.place == 0 {
		return &ChangeError{
			Message: fmt.Sprintf("article %d is not in the issue: a place alone does not say where it should go", c.Article),
			Hint:    "name the section, too",
		}
	}
	if edit.Position = c.Place; c.Place > 0 {
		left := 0 // the place it leaves, where that is in the same section
		if target == home.section {
			left = home.place
		}
		edit.Position = min(c.Place, lastPlace(printed, target, left > 0))
		makeRoom(edits, printed, target, c.Article, left, edit.Position)
	}
	if home.place > 0 && target != home.section {
		makeRoom(edits, printed, home.section, c.Article, home.place, math.MaxInt) // the rest close up
	}
	edits.set(c.Article, edit)
	return nil
}

func noSuchSection(title string, titles []string) error {
	e := &ChangeError{Message: fmt.Sprintf("there is no section %q", title)}
	named := slices.DeleteFunc(slices.Clone(titles), func(t string) bool { return t == "" })
	if len(named) == 0 {
		e.Hint = "the configuration names none: digest.sections"
		return e
	}
	e.Hint = "there are " + strings.Join(named, ", ")
	if meant := nearest.Of(title, named); meant != "" {
		e.Hint = fmt.Sprintf("did you mean %q?", meant)
	}
	return e
}

// place is where an article is printed; zero for nowhere.
type place struct {
	section string
	place   int // 1-based
}

func placeOf(printed []IssueSection, id int64) place {
	for _, section := range printed {
		for i, article := range section.Articles {
			if article.ID == id {
				return place{section.Title, i + 1}
			}
		}
	}
	return place{}
}

// lastPlace is the last place of a section once an article is moved there, or within it.
func lastPlace(printed []IssueSection, section string, within bool) int {
	n := 1
	if within {
		n = 0
	}
	for _, s := range printed {
		if s.Title == section {
			n += len(s.Articles)
		}
	}
	return n
}

// makeRoom shifts the places wished for in a section when one article leaves a
// place in it (0 for none) and takes another (math.MaxInt for none): those between move up by one, or
// down. A pin without a place stands where it is printed from now on, for it
// would else push in front of the article moved.
func makeRoom(edits *Edits, printed []IssueSection, section string, moved int64, left, taken int) {
	at := slices.IndexFunc(printed, func(s IssueSection) bool { return s.Title == section })
	if at < 0 {
		return
	}
	for i, article := range printed[at].Articles {
		edit, edited := edits.Articles[article.ID]
		if article.ID == moved || !edited || !edit.Pin && edit.Position == 0 {
			continue
		}
		// Where it is printed, not where it was wished: a wish may be unfulfilled.
		position := i + 1
		if left > 0 && position > left {
			position--
		}
		if position >= taken {
			position++
		}
		edit.Position = position
		edits.set(article.ID, edit)
	}
}

// Conflict is an edit of a text that has changed upstream since.
type Conflict struct {
	Article  int64
	Do       Verb   // DoHeadline or DoBlurb
	Edited   string // what the issue prints
	Was      string // upstream's, when it was edited
	Upstream string // upstream's now
}

// Conflicts lists the edits whose text changed upstream since, by article.
func (e Edits) Conflicts(candidates []Candidate) []Conflict {
	var all []Conflict
	for _, c := range candidates {
		all = append(all, e.Articles[c.ID].conflicts(c.Article)...)
	}
	slices.SortStableFunc(all, func(a, b Conflict) int { return cmp.Compare(a.Article, b.Article) })
	return all
}

// conflicts lists those of one article, as it is upstream now.
func (e ArticleEdit) conflicts(now Article) []Conflict {
	return slices.DeleteFunc([]Conflict{
		{now.ID, DoHeadline, e.Headline, e.UpstreamTitle, now.Title},
		{now.ID, DoBlurb, e.Blurb, e.UpstreamBlurb, now.Blurb()},
	}, func(c Conflict) bool { return c.Edited == "" || c.Was == "" || c.Was == c.Upstream })
}

// String says what changed, for people.
func (c Conflict) String() string {
	if c.Do == DoBlurb {
		return "its text has changed since the blurb was edited"
	}
	return fmt.Sprintf("its title was %q when the headline was edited and is %q now", c.Was, c.Upstream)
}
