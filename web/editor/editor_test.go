package editor_test

import (
	"errors"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"roundup/digest"
	"roundup/web/editor"
)

func TestPreviewServesEachForm(t *testing.T) {
	t.Parallel()
	h := handler(t, sampleDesk())
	for path, want := range map[string]string{
		"/": "War &amp; &#34;peace&#34;", "/?view=text": ">text<", "/?view=source": "From: x",
		"/issue.html": "<p>mail", "/issue.txt": "text", "/issue.eml": "From: x", "/issue.json": "{}",
	} {
		rec := ask(t, h, path, "")
		if rec.Code != 200 || !strings.Contains(rec.Body.String(), want) {
			t.Errorf("%s: got %d %q, want %q in it", path, rec.Code, rec.Body, want)
		}
		policy := rec.Header().Get("Content-Security-Policy")
		if !strings.Contains(policy, "default-src 'none'") || strings.Contains(policy, "unsafe-eval") || strings.Contains(policy, "allow-scripts") {
			t.Errorf("%s: policy %q", path, policy)
		}
		if inPage := strings.HasPrefix(path, "/?") || path == "/"; !inPage && (!strings.HasPrefix(policy, "sandbox") || strings.Contains(policy, "script-src")) {
			t.Errorf("%s is not sandboxed: %q", path, policy)
		}
	}
	if got := ask(t, h, "/nothing", "").Code; got != 404 {
		t.Errorf("no such page: got %d", got)
	}
}

func TestPreviewShowsTheMailEachWay(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	h := handler(t, d)
	dark := ask(t, h, "/issue.html?scheme=dark&images=off&as=r1@readers.example", "")
	if body := dark.Body.String(); !strings.Contains(body, `content="dark"`) || !strings.Contains(body, `<base target="_blank">`) {
		t.Errorf("not made dark for the frame: %s", body)
	}
	if policy := dark.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "img-src 'none'") {
		t.Errorf("images are let in: %q", policy)
	}
	if d.as != "r1@readers.example" {
		t.Errorf("seen as %q", d.as)
	}
	if body := ask(t, h, "/issue.html", "").Body.String(); body != d.p.HTML {
		t.Errorf("the file differs from the mail: %s", body)
	}
	page := ask(t, h, "/?view=phone&scheme=dark", "").Body.String()
	for _, want := range []string{`width="375"`, `scheme=dark`, `id="view-phone" data-nav data-key="1" href="./?scheme=dark&amp;view=phone" aria-current="true"`} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestPreviewPutsTogetherOnlyWhatChanged(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	h := handler(t, d)
	for _, path := range []string{"/", "/issue.html", "/issue.txt", "/"} {
		ask(t, h, path, "")
	}
	if d.made != 1 {
		t.Errorf("put together %d times, want once", d.made)
	}
	before := ask(t, h, "/stamp", "").Body.String()
	d.stamp = "s2"
	if after := ask(t, h, "/stamp", "").Body.String(); after == before {
		t.Error("the stamp stays the same")
	}
	ask(t, h, "/", "")
	if d.made != 2 {
		t.Errorf("put together %d times after a change, want twice", d.made)
	}
	d.now = d.now.Add(time.Minute) // readers come and go without a stamp of their own
	ask(t, h, "/", "")
	if d.made != 3 {
		t.Errorf("put together %d times after a minute, want three times", d.made)
	}
}

func TestPreviewTakesEdits(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, path, form string
		want             []digest.Change
	}{
		{"pin", "/edit", "do=pin&article=1&issue=7&section=Analysis", []digest.Change{{Do: digest.DoPin, Article: 1, Issue: 7}}},
		{"up", "/edit", "do=move+1&article=2&issue=7&section=Analysis", []digest.Change{{Do: digest.DoMove, Article: 2, Issue: 7, Section: "Analysis", Place: 1}}},
		{"to another section", "/edit", "do=move&article=2&issue=7&section=Opinion&place=", []digest.Change{{Do: digest.DoMove, Article: 2, Issue: 7, Section: "Opinion"}}},
		{"take theirs", "/edit", "do=headline&article=2&issue=7&text=", []digest.Change{{Do: digest.DoHeadline, Article: 2, Issue: 7}}},
		{"words that differ", "/words", "issue=7&subject=New&subject-was=Old&preheader=Same&preheader-was=Same&note=a%0D%0Ab&note-was=", []digest.Change{
			{Do: digest.DoSubject, Issue: 7, Text: "New"}, {Do: digest.DoNote, Issue: 7, Text: "a\nb"},
		}},
		{"a text emptied", "/words", "issue=7&article=1&headline=&headline-was=Old", []digest.Change{{Do: digest.DoHeadline, Issue: 7, Article: 1}}},
		{"nothing", "/words", "issue=7&subject=Same&subject-was=Same", nil},
		{"no number", "/edit", "do=pin&article=x", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			d := sampleDesk()
			rec := ask(t, handler(t, d), tt.path, tt.form)
			if rec.Code != http.StatusSeeOther {
				t.Fatalf("got %d", rec.Code)
			}
			if len(d.changes) != len(tt.want) {
				t.Fatalf("got %+v, want %+v", d.changes, tt.want)
			}
			for i := range tt.want {
				if d.changes[i] != tt.want[i] {
					t.Errorf("got %+v, want %+v", d.changes[i], tt.want[i])
				}
			}
		})
	}
}

// after makes a form's request and returns the page a browser then shows.
func after(t *testing.T, h http.Handler, path, form string) (page string, back *url.URL) {
	t.Helper()
	rec := ask(t, h, path, form)
	back, err := url.Parse(rec.Header().Get("Location"))
	if err != nil {
		t.Fatal(err)
	}
	to := (&url.URL{Path: path}).ResolveReference(back)
	return ask(t, h, to.String(), "").Body.String(), back
}

func TestPreviewSaysWhatWasDone(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	h := handler(t, d)
	page, back := after(t, h, "/edit", "do=drop&article=2&issue=7&display="+url.QueryEscape("view=text&scheme=dark"))
	if !strings.Contains(page, "is dropped: no issue prints it.") || !strings.Contains(page, `id="undo" title=`) {
		t.Errorf("it is not said, or can't be undone: %s", page)
	}
	if back.Query().Get("view") != "text" || back.Query().Get("scheme") != "dark" || back.Host != "" {
		t.Errorf("it leads back to %s", back)
	}
	if again := ask(t, h, "/"+strings.TrimPrefix(back.String(), "./"), "").Body.String(); strings.Contains(again, `class="remark`) {
		t.Error("it is said twice")
	}
	if page, _ = after(t, h, "/edit", "do=pin&article=3&issue=7"); !strings.Contains(page, "is pinned, but not in this issue: over Opinion&#39;s cap of 3: waits.") {
		t.Errorf("that a pin does not take an article in is not said: %s", page)
	}
	d.refuse = errors.New("issue 7 has started: <no more> changes")
	if page, _ = after(t, h, "/edit", "do=pin&article=1&issue=7"); !strings.Contains(page, "Not done.") || !strings.Contains(page, "&lt;no more&gt;") || strings.Contains(page, `<button>Undo<`) {
		t.Errorf("a refusal is not shown: %s", page)
	}
	if page, _ = after(t, h, "/test", "to=me@example.org"); !strings.Contains(page, "Not done.") || d.to != "me@example.org" {
		t.Errorf("a test that failed is not told, or went to %q", d.to)
	}
	d.refuse = nil
	if page, _ = after(t, h, "/fetch", "display="); !strings.Contains(page, "1 source read.") {
		t.Errorf("a fetch is not told: %s", page)
	}
}

func TestPreviewSaysAllWellOnlyOnceAllIsLookedAt(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	d.p.Checks = []editor.CheckResult{{State: editor.CheckPassed, What: "size", Detail: "11 KB"}}
	page := ask(t, handler(t, d), "/", "").Body.String()
	if !strings.Contains(page, "mail well") || strings.Contains(page, "all well") {
		t.Errorf("only the mail was looked at, and the page says: %s", page)
	}
}

func TestPreviewListsChecksWorstFirst(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	d.now = time.Date(2026, 11, 19, 17, 0, 0, 0, time.UTC)
	d.p.Checks = []editor.CheckResult{{State: editor.CheckWarned, What: "pictures", Detail: "one without words"}}
	h := handler(t, d)
	if page := ask(t, h, "/", "").Body.String(); !strings.Contains(page, "one without words") || !strings.Contains(page, "Check everything") {
		t.Errorf("the mail's own checks are missing: %s", page)
	}
	page, _ := after(t, h, "/check", "display=")
	relay, pictures, database := strings.Index(page, "does not answer"), strings.Index(page, "one without words"), strings.Index(page, "<strong>database</strong>")
	if relay < 0 || relay > pictures || pictures > database || !strings.Contains(page, "1 failed") || !strings.Contains(page, "start it") {
		t.Errorf("the order is %d, %d, %d: %s", relay, pictures, database, page)
	}
	d.stamp = "s2"
	if page := ask(t, h, "/", "").Body.String(); !strings.Contains(page, "has changed since") {
		t.Error("checks of an earlier state are not told as such")
	}
	if page := ask(t, h, "/", "").Body.String(); !strings.Contains(page, "looked at on Thursday 19 November, 17:00.") || strings.Contains(page, "data-wanted") {
		t.Errorf("it is not said when everything was looked at, or wanted again: %s", page)
	}
	d.now = d.now.Add(24 * time.Hour)
	if page := ask(t, h, "/", "").Body.String(); !strings.Contains(page, "looked at on Thursday 19 November, 17:00.") || !strings.Contains(page, "says how it is now") || !strings.Contains(page, "data-wanted") {
		t.Errorf("yesterday's checks are shown as of now: %s", page)
	}
}

func TestPreviewShowsEveryFate(t *testing.T) {
	t.Parallel()
	page := ask(t, handler(t, sampleDesk()), "/", "").Body.String()
	for _, want := range []string{
		`data-section="Opinion"`, "Nothing in it: it is not printed.", "new, label Analysis", "Waiting for the next issue",
		"over Opinion&#39;s cap of 3: waits", "Not owed", "dropped by hand", `id="restore-4"`, `id="pin-3"`, `value="unpin">Unpin`,
		`id="up-1" name="do" value="move 0" aria-disabled="true"`, `id="down-1" name="do" value="move 2">`, "The &lt;Weekly&gt;",
	} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
}

func TestPreviewShowsConflicts(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	conflict := digest.Conflict{Article: 1, Do: digest.DoHeadline, Edited: "<Mine>", Was: "Was", Upstream: "Is"}
	d.p.Conflicts = []digest.Conflict{conflict}
	d.p.Notes = []string{"article 1 (Is): " + conflict.String()}
	page := ask(t, handler(t, d), "/", "").Body.String()
	for _, want := range []string{"has changed this headline", "&lt;Mine&gt;", "Keep mine", "Take theirs"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %q", want)
		}
	}
	if strings.Contains(page, `class="note"`) {
		t.Error("it is told twice")
	}
}

func TestPreviewEscapesHostileTexts(t *testing.T) {
	t.Parallel()
	const evil = `"><img src=x onerror=alert(1)><script>alert(2)</script>`
	d := sampleDesk()
	a := article(9, evil)
	a.URL, a.Labels, a.Dek = "javascript:alert(3)", []string{evil}, evil
	d.p.Issue.Subject, d.p.Issue.Preheader, d.p.Issue.Note, d.p.From, d.p.Name = evil, evil, evil, evil, evil
	d.p.Issue.Sections[0].Articles = append(d.p.Issue.Sections[0].Articles, digest.Printed{Article: a, Headline: evil, Text: evil})
	d.p.Fates = append(d.p.Fates, digest.Fate{Candidate: digest.Candidate{Article: a, State: digest.Owed}, Outcome: digest.In, Reason: evil})
	d.p.Text, d.p.Mail = evil, []byte(evil)
	for _, view := range []string{"desktop", "text", "source"} {
		page := ask(t, handler(t, d), "/?as="+url.QueryEscape(evil)+"&view="+view, "").Body.String()
		if strings.Contains(page, "<img") || strings.Contains(page, "<script>alert") || strings.Contains(page, `href="javascript:`) {
			t.Errorf("%s: markup came through: %s", view, page)
		}
	}
}

func TestPreviewSaysWhatIsWrong(t *testing.T) {
	t.Parallel()
	d := sampleDesk()
	d.err = errors.New("roundup.yaml:12: digest.subject: no such field .Led <b>")
	h := handler(t, d)
	rec := ask(t, h, "/", "")
	body := rec.Body.String()
	if rec.Code != 500 || !strings.Contains(body, "roundup.yaml:12: digest.subject: no such field .Led &lt;b&gt;") || !strings.Contains(body, `src="preview.js"`) {
		t.Errorf("got %d %q", rec.Code, body)
	}
	if !strings.Contains(body, `data-stamp="`+ask(t, h, "/stamp", "").Body.String()+`"`) {
		t.Error("the page would load again and again")
	}
	if rec := ask(t, h, "/issue.html", ""); rec.Code != 500 || !strings.Contains(rec.Body.String(), "no such field") {
		t.Errorf("got %d %q", rec.Code, rec.Body)
	}
	d.err, d.stamp = nil, "mended"
	if rec := ask(t, h, "/", ""); rec.Code != 200 {
		t.Errorf("mended, and still %d", rec.Code)
	}
}
