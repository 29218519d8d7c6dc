package words_test

import (
	"testing"

	"roundup/cmd/roundup/words"
	"roundup/subscribers"
)

func TestByWhom(t *testing.T) {
	t.Parallel()
	tests := []struct {
		by   subscribers.Actor
		want string
	}{
		{subscribers.Actor{Kind: subscribers.CommandLine, Name: "anna"}, "by anna, command line"},
		{subscribers.Actor{Kind: subscribers.CommandLine, Name: "anna", Through: "import of list.csv"}, "by anna, import of list.csv"},
		{subscribers.Actor{Kind: subscribers.CommandLine, Name: "roundup", Through: subscribers.ThroughSending}, "by roundup, while sending"},
		{subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughPage}, "by the reader, on the readers' page"},
		{subscribers.Actor{Kind: subscribers.Reader, Through: subscribers.ThroughMail}, "by the reader, by mail"},
		{subscribers.Actor{Kind: subscribers.OneClick}, "by the reader, one click"},
		{subscribers.Actor{Kind: subscribers.Editor}, "by an editor, on the editor's page"},
		{subscribers.Actor{Kind: subscribers.Editor, Name: "Bo"}, "by Bo, on the editor's page"},
		{subscribers.Actor{Kind: subscribers.APIKey, Name: "site"}, "by API key site"},
		{subscribers.Actor{Kind: subscribers.Daemon}, "by the daemon"},
		{subscribers.Actor{Kind: subscribers.Daemon, Through: subscribers.ThroughSending}, "by the daemon, while sending"},
	}
	said := map[subscribers.ActorKind]bool{}
	for _, tt := range tests {
		said[tt.by.Kind] = true
		if got := words.ByWhom(tt.by); got != tt.want {
			t.Errorf("%+v: %q, want %q", tt.by, got, tt.want)
		}
	}
	for _, kind := range subscribers.ActorKinds() {
		if !said[kind] {
			t.Errorf("no words for %s", kind)
		}
	}
}
