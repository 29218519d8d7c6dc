package listfile_test

import (
	"strings"
	"testing"
	"time"

	"roundup/subscribers/listfile"
)

// A date in a local form may mean two days: its line is taken without it, and counted, once. Lines
// that are not taken do not count, nor what stands for no date.
func TestUnreadDates(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, text string
		want       listfile.UnreadDates
	}{
		{"all are understood", "email,joined\na@x.example,2025-12-31\nb@x.example,2025-12-31 07:00\n", listfile.UnreadDates{}},
		{"with UTC, GMT or an offset", "email,joined\na@x.example,2023-03-24 10:23:10 UTC\nb@x.example,2023-03-24 10:23:10 GMT\nc@x.example,2021-02-04 07:55:20 +0000\n", listfile.UnreadDates{}},
		{"with the letters of another zone", "email,joined\na@x.example,2023-03-24 10:23:10 CST\n", listfile.UnreadDates{Lines: 1, Line: 2, Column: "joined", Text: "2023-03-24 10:23:10 CST"}},
		{"none", "email,joined\na@x.example,\nb@x.example,-\nc@x.example,never\nd@x.example,0000-00-00 00:00:00\n", listfile.UnreadDates{}},
		{"local", "email,Signup date\na@x.example,2025-12-31\nb@x.example,12/31/2025\nc@x.example,31. Dezember 2025\n", listfile.UnreadDates{Lines: 2, Line: 3, Column: "Signup date", Text: "12/31/2025"}},
		{"several of a line", "email,optin time,confirm ip,confirm time\na@x.example,1.2.2025,192.0.2.1,2.2.2025\n", listfile.UnreadDates{Lines: 1, Line: 2, Column: "optin time", Text: "1.2.2025"}},
		{"of refused and left lines", "email,status,joined\nnobody,active,1.2.2025\na@x.example,strange,1.2.2025\n", listfile.UnreadDates{}},
		{"of leaving", "email,tier,stripe customer id,unsubscribed at\na@x.example,free,,1.2.2025\n", listfile.UnreadDates{Lines: 1, Line: 2, Column: "unsubscribed at", Text: "1.2.2025"}},
		{"long", "email,joined\na@x.example," + strings.Repeat("1", 60) + "\n", listfile.UnreadDates{Lines: 1, Line: 2, Column: "joined", Text: strings.Repeat("1", 39) + "…"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			file, err := listfile.OpenCSV(strings.NewReader(tt.text), listfile.ReadOptions{Silent: "active"})
			if err != nil {
				t.Fatal(err)
			}
			for range file.Rows() {
			}
			if got := file.UnreadDates(); got != tt.want {
				t.Errorf("unread dates = %+v, want %+v", got, tt.want)
			}
		})
	}
}

// A date with UTC, GMT or an offset is that moment.
func TestDatesWithAZone(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, text, want string }{
		{"beehiiv", "email,status,tier,created_at,stripe_customer_id,unsubscribed_at\na@x.example,active,free,2023-03-24 10:23:10 UTC,,\n", "2023-03-24T10:23:10Z"},
		{"Curated", "Email Address,Subscribed At,UTM Source\na@x.example,2021-02-04 07:55:20 +0000,\n", "2021-02-04T07:55:20Z"},
		{"another offset", "email,joined\na@x.example,2021-02-04 07:55:20 +0530\n", "2021-02-04T02:25:20Z"},
	}
	for _, tt := range tests {
		for row, reject := range open(t, strings.NewReader(tt.text)).Rows() {
			if got := row.Joined.Format(time.RFC3339); reject != nil || got != tt.want {
				t.Errorf("%s: joined %s, %v; want %s", tt.name, got, reject, tt.want)
			}
		}
	}
}
