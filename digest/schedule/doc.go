// Package schedule owns when issues are due: a cron expression in a time zone as an
// endless row of slots (Calendar), and whether one of them waits (Due). It must not
// read a clock, or know what is done at a slot. Start reading with Calendar in
// calendar.go and Due in slot.go.
package schedule
