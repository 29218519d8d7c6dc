package desk_test

import (
	"fmt"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"roundup/delivery/mail"
	"roundup/internal/desk"
	"roundup/internal/desk/planner"
	"roundup/internal/language"
)

// BenchmarkVariants renders an issue of seven sections and fourteen articles for so many
// choices, and makes what writes its mails: time and memory grow with the variants. The last
// figure is every set of the six sections that can be turned off, in each of the ten languages.
func BenchmarkVariants(b *testing.B) {
	for _, n := range []int{1, 8, 64, 640} {
		b.Run(fmt.Sprint(n), func(b *testing.B) {
			d, p := plannedFor(b, n)
			var kept []*mail.Composer
			var grown uint64
			for b.Loop() {
				kept = nil
				before := inUse()
				render, err := d.Renderer()
				if err != nil {
					b.Fatal(err)
				}
				for _, v := range p.Variants {
					as, err := d.As(p, v)
					if err != nil {
						b.Fatal(err)
					}
					rendered, err := render(as)
					if err != nil {
						b.Fatal(err)
					}
					as.Issue.Started = time.Date(2026, 11, 20, 8, 0, 0, 0, time.UTC)
					c, err := d.Composer(as.Issue, rendered)
					if err != nil {
						b.Fatal(err)
					}
					kept = append(kept, c)
				}
				grown = inUse() - before
			}
			if len(kept) != n {
				b.Fatalf("%d variants, want %d", len(kept), n)
			}
			b.ReportMetric(b.Elapsed().Seconds()*1000/float64(b.N), "ms/issue")
			b.ReportMetric(float64(grown)/(1<<20), "MB")
			runtime.KeepAlive(kept)
		})
	}
}

// inUse is how much memory is in use.
func inUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// plannedFor is an issue planned for readers of n choices.
func plannedFor(b *testing.B, n int) (*desk.Desk, planner.Plan) {
	b.Helper()
	c := newChoosers(b, time.Date(2026, 11, 19, 12, 0, 0, 0, time.UTC))
	keys := []string{"a", "b", "c", "d", "e", "f"}
	sets := 1 << len(keys)
	languages := slices.DeleteFunc(language.Known(), func(tag string) bool { return tag == "en" })
	languages = append([]string{"en"}, languages...) // the newsletter's own first
	sections := "sections:"
	for _, key := range keys {
		sections += "\n    - {title: " + key + ", labels: [" + key + "]}"
	}
	c.configure(c.cfg.Path, strings.Replace(offering("["+strings.Join(languages, ", ")+"]"), "sections:", sections, 1))
	for i := range n {
		var off []string
		for bit, key := range keys {
			if i>>bit&1 == 1 {
				off = append(off, key)
			}
		}
		email := fmt.Sprintf("r%d@a.example", i)
		c.joins(email, false, off...)
		c.speaks(email, languages[i/sets], off...)
	}
	for week := range 2 {
		c.publishes(week, append(keys, "other")...)
	}
	d := c.open()
	if _, err := d.Fetch(b.Context()); err != nil {
		b.Fatal(err)
	}
	p, err := d.Next(b.Context())
	if err != nil {
		b.Fatal(err)
	}
	return d, p
}
