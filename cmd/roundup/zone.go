package main

import (
	"os"
	"strings"
	"time"
)

// systemZone is the time zone of this machine by its name in the IANA list; UTC
// where the system does not tell it.
func (a *app) systemZone() string {
	place := func(path string) string {
		_, zone, _ := strings.Cut(path, "zoneinfo/")
		return zone
	}
	candidates := []string{strings.TrimPrefix(a.env("TZ"), ":"), place(a.env("TZ"))}
	if target, err := os.Readlink("/etc/localtime"); err == nil {
		candidates = append(candidates, place(target))
	}
	if text, err := os.ReadFile("/etc/timezone"); err == nil {
		candidates = append(candidates, strings.TrimSpace(string(text)))
	}
	for _, zone := range candidates {
		if zone == "" || zone == "Local" || strings.HasPrefix(zone, "/") {
			continue
		}
		if _, err := time.LoadLocation(zone); err == nil {
			return zone
		}
	}
	return "UTC"
}
