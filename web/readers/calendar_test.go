package readers_test

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"testing"
	"time"

	"roundup/digest/schedule"
	"roundup/subscribers"
	"roundup/web/readers"
)

func TestCalendar(t *testing.T) {
	t.Parallel()
	at := time.Date(2026, time.November, 20, 7, 0, 0, 0, time.FixedZone("EST", -5*3600))
	slots := []readers.Slot{
		{Slot: schedule.Slot{At: at, Outcome: schedule.Taken, Issue: 12}, CutOff: at.Add(-time.Hour)},
		{Slot: schedule.Slot{At: at.AddDate(0, 0, 7), Outcome: schedule.Skipped, Why: "2 of 3 articles; " + strings.Repeat("größer, ", 20)}},
		{Slot: schedule.Slot{At: at.AddDate(0, 0, 14), Outcome: schedule.Missed}},
		{Slot: schedule.Slot{At: at.AddDate(0, 0, 21)}, CutOff: at.AddDate(0, 0, 21).Add(-time.Hour)},
		{Slot: schedule.Slot{At: at.AddDate(0, 0, 28)}},
	}
	var err error
	b := setup(t, "https://news.example/weekly", func(o *readers.Options) {
		o.Slots = func(context.Context) ([]readers.Slot, error) { return slots, err }
	})
	address := strings.Replace(readers.CalendarAddress("https://news.example/weekly/", b.keys), "https://news.example/weekly", b.url, 1)
	status, body, h := do(t, http.MethodGet, address, "", nil)
	if status != http.StatusOK || h.Get("Content-Type") != "text/calendar; charset=utf-8" || h.Get("Cache-Control") != "no-store" {
		t.Fatalf("got %d %v: %s", status, h, body)
	}
	for line := range strings.SplitSeq(strings.TrimSuffix(body, "\r\n"), "\r\n") {
		if len(line) > 75 || strings.ContainsAny(line, "\r\n") || strings.ToValidUTF8(line, "?") != line {
			t.Errorf("line of %d octets: %q", len(line), line)
		}
	}
	unfolded := strings.ReplaceAll(body, "\r\n ", "")
	for _, want := range []string{
		"UID:slot-20261120T120000Z@news.example\r\n", "DTSTART:20261120T120000Z\r\n", `SUMMARY:The <Weekly>: issue 12`, "SUMMARY:The <Weekly>: no issue\\, skipped\r\nDESCRIPTION:2 of 3 articles\\; größer\\, ",
		`no issue\, missed`, "DTSTART:20261211T110000Z\r\n", "SUMMARY:The <Weekly>: next issue\r\n", "DTSTART:20261218T120000Z\r\nDTEND:20261218T121500Z\r\nSUMMARY:The <Weekly>: issue to come\r\n", "The <Weekly>: cut-off",
	} {
		if !strings.Contains(unfolded, want) {
			t.Errorf("no %q in\n%s", want, unfolded)
		}
	}
	if got := strings.Count(body, "UID:cut-off"); got != 1 {
		t.Errorf("%d cut-offs, want the one to come", got)
	}
	for _, token := range []string{"x", b.token(subscribers.PurposeUnsubscribe), b.keys.Token(subscribers.PurposeTest, subscribers.PublicID{})} {
		if status, body, _ := do(t, http.MethodGet, b.url+"/calendar/"+token+"/calendar.ics", "", nil); status != http.StatusNotFound || strings.Contains(body, "VEVENT") {
			t.Errorf("a foreign address answers %d", status)
		}
	}
	if err = errors.New("disk on fire"); true {
		if status, _, _ := do(t, http.MethodGet, address, "", nil); status != http.StatusInternalServerError {
			t.Errorf("a failure answers %d", status)
		}
	}
}
