package subscribers_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"roundup/subscribers"
)

// A row comes back as it was put aside.
func TestRowBinary(t *testing.T) {
	t.Parallel()
	moment := rapid.Custom(func(rt *rapid.T) time.Time {
		if rapid.Bool().Draw(rt, "zero") {
			return time.Time{}
		}
		return time.Unix(rapid.Int64Range(-1e10, 1e10).Draw(rt, "s"), rapid.Int64Range(0, 999_999_999).Draw(rt, "ns")).UTC()
	})
	rapid.Check(t, func(rt *rapid.T) {
		text := func(name string) string { return rapid.String().Draw(rt, name) }
		want := subscribers.Row{
			Line:    rapid.IntRange(0, 1<<40).Draw(rt, "line"),
			Address: subscribers.Address{Given: text("given"), Local: text("local"), Domain: text("domain"), Key: text("key")},
			Name:    text("name"), Status: subscribers.Status(text("status")), Suppress: subscribers.Reason(text("suppress")),
			Skip: text("skip"), Joined: moment.Draw(rt, "joined"), Changed: moment.Draw(rt, "changed"),
			Consent: subscribers.Consent{How: text("how"), At: moment.Draw(rt, "at"), From: text("from"), Wording: text("wording")},
		}
		for range rapid.IntRange(0, 3).Draw(rt, "labels") {
			want.Labels = append(want.Labels, text("label"))
		}
		if rapid.Bool().Draw(rt, "chosen") {
			want.Choice = &subscribers.Choice{Monthly: rapid.Bool().Draw(rt, "monthly"), Language: text("language")}
			for range rapid.IntRange(0, 3).Draw(rt, "off") {
				want.Choice.Off = append(want.Choice.Off, text("section"))
			}
		}
		copy(want.PublicID[:], rapid.SliceOfN(rapid.Byte(), 16, 16).Draw(rt, "id"))
		aside, err := want.AppendBinary(nil)
		var got subscribers.Row
		if err == nil {
			err = got.UnmarshalBinary(aside)
		}
		if diff := cmp.Diff(want, got); diff != "" || err != nil {
			rt.Fatalf("%v (-want +got):\n%s", err, diff)
		}
		if err := got.UnmarshalBinary(aside[:len(aside)-1]); err == nil {
			rt.Fatal("a row that was cut off is read without an error")
		}
	})
}
