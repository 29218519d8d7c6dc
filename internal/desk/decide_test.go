package desk_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"roundup/digest"
	"roundup/internal/desk"
)

func TestDecide(t *testing.T) {
	t.Parallel()
	slot := time.Date(2026, 11, 20, 7, 0, 0, 0, time.UTC)
	underWay := func(number int, status digest.Status, idle time.Duration) desk.UnderWay {
		return desk.UnderWay{Issue: digest.Issue{Number: number, Status: status}, Idle: idle}
	}
	issue := func(u desk.UnderWay) digest.Issue { return u.Issue }
	sending, waiting := underWay(1, digest.Sending, time.Hour), underWay(2, digest.Waiting, 24*time.Hour)
	held, old := underWay(3, digest.Held, 900*time.Hour), underWay(4, digest.Sending, 24*time.Hour+time.Second)
	good := desk.Prospect{Articles: 3, Readers: 5}
	thin := desk.Prospect{Articles: 1, Readers: 5, Lacks: digest.Shortage{Articles: 1, Least: 3}}
	empty := desk.Prospect{Readers: 5, Lacks: digest.Shortage{Least: 3}}
	lonely := desk.Prospect{Articles: 3}
	unread := desk.Prospect{Unread: "no source could be read"}
	tooLarge := errors.New("too large")
	huge := desk.Prospect{Articles: 3, Readers: 5, TooLarge: tooLarge}

	tests := []struct {
		name  string
		facts desk.Facts
		want  desk.Step
	}{
		{"nothing at all", desk.Facts{}, desk.Step{Do: desk.End, Why: desk.Why{Code: desk.NothingDue}}},
		{"an extra issue", desk.Facts{Now: true}, desk.Step{Do: desk.Choose}},
		{"a slot is due", desk.Facts{Slot: slot}, desk.Step{Do: desk.Choose, Slot: slot}},
		{"a slot is due, and asked for", desk.Facts{Slot: slot, Now: true}, desk.Step{Do: desk.Choose, Slot: slot}},
		{"a slot was missed", desk.Facts{Slot: slot, Missed: true}, desk.Step{Do: desk.Miss, Slot: slot, Why: desk.Why{Code: desk.PassedBy, CatchUp: 24 * time.Hour}}},
		{"a slot was missed, for which runs were refused", desk.Facts{Slot: slot, Missed: true, Refusal: "no pages"}, desk.Step{Do: desk.Miss, Slot: slot, Why: desk.Why{Code: desk.PassedBy, CatchUp: 24 * time.Hour, Detail: "no pages"}}},
		{"a slot was missed, and an issue is wanted", desk.Facts{Slot: slot, Missed: true, Now: true}, desk.Step{Do: desk.Miss, Slot: slot, Why: desk.Why{Code: desk.PassedBy, CatchUp: 24 * time.Hour}}},

		{"what is under way comes first", desk.Facts{UnderWay: []desk.UnderWay{sending, waiting}, Slot: slot, Now: true}, desk.Step{Do: desk.CarryOn, Issue: issue(sending)}},
		{"then the next", desk.Facts{UnderWay: []desk.UnderWay{sending, waiting}, Seen: []int{1}, Carried: 1}, desk.Step{Do: desk.CarryOn, Issue: issue(waiting)}},
		{"then what is due", desk.Facts{UnderWay: []desk.UnderWay{sending, waiting}, Seen: []int{1, 2}, Carried: 2, Slot: slot}, desk.Step{Do: desk.Choose, Slot: slot}},
		{"a held issue", desk.Facts{UnderWay: []desk.UnderWay{held}}, desk.Step{Do: desk.Leave, Issue: issue(held)}},
		{"an old issue", desk.Facts{UnderWay: []desk.UnderWay{old}}, desk.Step{Do: desk.Hold, Issue: issue(old), Why: desk.Why{Code: desk.LeftTooLong, Idle: old.Idle, CatchUp: 24 * time.Hour}}},

		{"no extra issue after one that was carried on", desk.Facts{Seen: []int{2}, Carried: 2, Now: true}, desk.Step{Do: desk.End, Instead: 2}},
		{"nothing due after one that was carried on", desk.Facts{Seen: []int{2}, Carried: 2}, desk.Step{Do: desk.End, Why: desk.Why{Code: desk.NothingDue}}},
		{"a slot that is due is no extra issue", desk.Facts{Seen: []int{2}, Carried: 2, Now: true, Slot: slot}, desk.Step{Do: desk.Choose, Slot: slot}},
		{"an extra issue beside a held one", desk.Facts{UnderWay: []desk.UnderWay{held}, Seen: []int{3}, Now: true}, desk.Step{Do: desk.Choose}},

		{"a good issue", desk.Facts{Slot: slot, Prospect: &good}, desk.Step{Do: desk.Start, Slot: slot}},
		{"a good extra issue", desk.Facts{Now: true, Prospect: &good}, desk.Step{Do: desk.Start}},
		{"a thin week", desk.Facts{Slot: slot, Prospect: &thin}, desk.Step{Do: desk.Skip, Slot: slot, Why: desk.Why{Code: desk.TooFew, Lacks: thin.Lacks}}},
		{"a thin week, wanted all the same", desk.Facts{Slot: slot, Now: true, Prospect: &thin}, desk.Step{Do: desk.Start, Slot: slot}},
		{"no article", desk.Facts{Slot: slot, Prospect: &empty}, desk.Step{Do: desk.Skip, Slot: slot, Why: desk.Why{Code: desk.NoArticles, Lacks: empty.Lacks}}},
		{"no article, wanted all the same", desk.Facts{Slot: slot, Now: true, Prospect: &empty}, desk.Step{Do: desk.Refuse, Slot: slot, Err: desk.ErrNothingToSend}},
		{"no reader", desk.Facts{Slot: slot, Prospect: &lonely}, desk.Step{Do: desk.Skip, Slot: slot, Why: desk.Why{Code: desk.NoReaders}}},
		{"no reader, wanted all the same", desk.Facts{Now: true, Prospect: &lonely}, desk.Step{Do: desk.Refuse, Err: desk.ErrNobody}},
		{"too large", desk.Facts{Slot: slot, Prospect: &huge}, desk.Step{Do: desk.Refuse, Slot: slot, Err: tooLarge}},
		{"too large, with nobody to get it", desk.Facts{Slot: slot, Prospect: &desk.Prospect{Articles: 3, TooLarge: tooLarge}}, desk.Step{Do: desk.Skip, Slot: slot, Why: desk.Why{Code: desk.NoReaders}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			tt.facts.CatchUp = 24 * time.Hour
			if diff := cmp.Diff(tt.want, desk.Decide(tt.facts), cmpopts.EquateErrors()); diff != "" {
				t.Errorf("want (-) and got (+):\n%s", diff)
			}
		})
	}
	for _, now := range []bool{false, true} { // the slot stays due
		step := desk.Decide(desk.Facts{Slot: slot, Now: now, Prospect: &unread})
		if stale := new(desk.StaleError); step.Do != desk.Refuse || step.Why != (desk.Why{Code: desk.Unread, Detail: unread.Unread}) || !errors.As(step.Err, &stale) {
			t.Errorf("with no source read: %+v", step)
		}
	}
}
