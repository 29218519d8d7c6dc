package config_test

import (
	"strings"
	"testing"

	"roundup/config"
)

func TestSendDay(t *testing.T) {
	t.Parallel()
	tests := []struct{ give, want, wrong string }{
		{"Friday 07:00", "0 7 * * FRI", ""},
		{"friday", "0 7 * * FRI", ""},
		{"fri 7", "0 7 * * FRI", ""},
		{"Fridays at 6.30", "30 6 * * FRI", ""},
		{"tue, thu 18:30", "30 18 * * TUE,THU", ""},
		{"Monday and Thursday 7pm", "0 19 * * MON,THU", ""},
		{"sun 12am", "0 0 * * SUN", ""},
		{"weekdays 6:00", "0 6 * * MON-FRI", ""},
		{"every weekday", "0 7 * * MON-FRI", ""},
		{"daily 9", "0 9 * * *", ""},
		{"every week", "", `"every week" is not a day and a time`},
		{"dai", "", `"dai" is not a day and a time`},
		{"every day 8:00", "0 8 * * *", ""},
		{"30  6 * * MON", "30 6 * * MON", ""},
		{"frday 7", "", "did you mean Friday?"},
		{"friday 25:00", "", `"friday 25:00" is not a day and a time`},
		{"7:00", "", "write it as Friday 07:00"},
		{"0 7 * * XYZ", "", "is not a day and a time"},
	}
	for _, tt := range tests {
		t.Run(tt.give, func(t *testing.T) {
			t.Parallel()
			a := config.Answers{Day: tt.give}
			wrong := ""
			for _, p := range a.Problems(t.TempDir()) {
				wrong += p.Message
			}
			if (tt.wrong == "") != (wrong == "") || !strings.Contains(wrong, tt.wrong) {
				t.Fatalf("got problem %q, want %q", wrong, tt.wrong)
			}
			if tt.want != "" && !strings.Contains(config.Starter(a), `cron: "`+tt.want+`"`) {
				t.Errorf("the starter has no cron %q", tt.want)
			}
		})
	}
}
