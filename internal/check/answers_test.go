package check_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"

	"roundup/digest"
	"roundup/store/storetest"
)

// A host that is away is told once, however much leads there; a link that is gone
// and stands in the editor's own note is mended there.
func TestCheckHostAway(t *testing.T) {
	t.Parallel()
	o := newOffice(t, "WWW/feed.xml", "WWW/away.xml")
	o.site.HandleFunc("/away.xml", func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `<rss version="2.0"><channel><title>M</title>`)
		for i := range 5 {
			fmt.Fprintf(w, "<item><title>Article %d</title><link>http://127.0.0.1:1/%d</link></item>", i, i)
		}
		fmt.Fprintf(w, "<item><title>Odd</title><link>%s/odd</link></item></channel></rss>", o.www)
	})
	o.site.HandleFunc("/odd", func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "", http.StatusBadGateway) })
	note := fmt.Sprintf("Read [this](%s/gone-from-note), and <%s/a>.", o.www, o.www)
	if _, err := o.desk.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := o.desk.Edit(t.Context(), digest.Change{Do: digest.DoNote, Text: note}, storetest.Anna()); err != nil {
		t.Fatal(err)
	}
	said := o.check()
	says(t, said, "warned links: 127.0.0.1:1 does not answer now: nothing answers there", "; 5 links and pictures lead there: http://127.0.0.1:1/",
		"; and 2 more → open one of them in a browser")
	says(t, said, "warned link: ", "/odd", "answers 502")
	says(t, said, "failed link: ", "/gone-from-note", "→ [edit note]")
	for _, line := range said {
		if strings.HasPrefix(line, "warned link: ") && strings.Contains(line, "127.0.0.1:1/") {
			t.Errorf("told once more: %s", line)
		}
	}
}

// What a person set by hand is changed by hand, not in the settings.
func TestCheckLinesByHand(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.extent.Offline = true
	if _, err := o.desk.Fetch(t.Context()); err != nil {
		t.Fatal(err)
	}
	long := strings.Repeat("long ", 20)
	for _, c := range []digest.Change{{Do: digest.DoPreheader, Text: "Short."}, {Do: digest.DoSubject, Text: long}} {
		if _, err := o.desk.Edit(t.Context(), c, storetest.Anna()); err != nil {
			t.Fatal(err)
		}
	}
	said := o.check()
	says(t, said, "warned preheader: “Short.”", "→ [lengthen preheader]")
	says(t, said, "warned subject: ", "→ [shorten subject]")
}

// Pictures that were not fetched are not in the size, and the check says so.
func TestCheckSizeOffline(t *testing.T) {
	t.Parallel()
	for images, without := range map[string]bool{"embed": true, "link": false} {
		t.Run(images, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t, "min_articles: 1", "min_articles: 1, images: "+images)
			o.extent.Offline = true
			if _, err := o.desk.Fetch(t.Context()); err != nil {
				t.Fatal(err)
			}
			for _, line := range o.check() {
				if strings.Contains(line, " size: ") {
					if strings.Contains(line, "in all without the pictures, which were not fetched") != without {
						t.Error(line)
					}
					return
				}
			}
			t.Error("nothing says how large the mail is")
		})
	}
}
