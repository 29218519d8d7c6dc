package words_test

import (
	"testing"

	"roundup/cmd/roundup/words"
	"roundup/delivery"
	"roundup/digest"
)

func TestCancellingWords(t *testing.T) {
	t.Parallel()
	issue := digest.Issue{Sections: []digest.IssueSection{{Articles: make([]digest.Printed, 5)}}}
	for _, tt := range []struct {
		name    string
		tally   delivery.Tally
		carried int
		want    string
	}{
		{"nobody has it", delivery.Tally{Queued: 3}, 0, "nobody has it, and none of 3 readers would get it; its 5 articles would be owed again, to the next issue"},
		{"some have it", delivery.Tally{Sent: 2, Queued: 1}, 5, "2 of 3 readers have it; the other one would never get it, nor its 5 articles, which no later issue carries"},
		{"it is on the wire", delivery.Tally{Sending: 1, Queued: 2}, 0, "1 of 3 readers has it; the other 2 would never get it, nor its 5 articles, which no later issue carries"},
		{
			"sections that nobody has got", delivery.Tally{Sent: 1, Failed: 1, Queued: 2}, 2,
			"1 of 4 readers has it; 2 more would never get it, nor 2 of its 5 articles, which no later issue carries; what nobody has got would be owed again",
		},
		{"all have it", delivery.Tally{Sent: 2}, 5, "2 of 2 readers have it, and it is owed to nobody else"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			if got := words.Cancelling(issue, tt.tally, tt.carried); got != tt.want {
				t.Errorf("got  %q\nwant %q", got, tt.want)
			}
		})
	}
}
