package terminal

import (
	"os"
	"strings"
	"time"
)

// SystemZone is the time zone of this machine by its name in the IANA list; UTC
// where the system does not tell it.
func SystemZone(env func(name string) string) string {
	place := func(path string) string {
		_, zone, _ := strings.Cut(path, "zoneinfo/")
		return zone
	}
	candidates := []string{strings.TrimPrefix(env("TZ"), ":"), place(env("TZ"))}
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
