package delivery

import (
	"testing"
	"time"
)

func TestSendingTime(t *testing.T) {
	t.Parallel()
	s := sendingTime{until: noon}
	s.count(noon.Add(time.Minute), true)
	s.count(noon.Add(time.Hour), false) // the relay was away
	s.count(noon.Add(time.Hour+time.Second), true)
	s.count(noon, true) // the calendar went back
	if want := time.Minute + time.Second; s.untold != want {
		t.Errorf("got %s, want %s", s.untold, want)
	}
}

func TestIdleTime(t *testing.T) {
	t.Parallel()
	var i idleTime
	i.note(noon, true)
	i.note(noon.Add(time.Minute), true)
	i.note(noon.Add(2*time.Minute), false)
	i.note(noon.Add(10*time.Minute), true)
	if got, want := i.spent(noon.Add(11*time.Minute)), 3*time.Minute; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
}
