package config

import (
	"strings"
	"time"
	"unicode"
)

// checkZone says what is wrong with a time zone, and which was meant where only
// its region is missing: "Stockholm" for Europe/Stockholm.
func checkZone(value string) string {
	if isZone(value) {
		return ""
	}
	if near := nearestZone(value); near != "" {
		return "is not a time zone; did you mean " + near + "?"
	}
	return "is not a time zone; use a name of the IANA list, such as Europe/Berlin"
}

// isZone reports whether the IANA list has a name; "Local" is Go's own.
func isZone(name string) bool {
	if name == "" || name == "Local" {
		return false
	}
	_, err := time.LoadLocation(name)
	return err == nil
}

// nearestZone looks for a zone by its place, written in any way, in every
// region; "" where there is none. The list itself can't be listed.
func nearestZone(value string) string {
	if len(value) > 64 {
		return ""
	}
	place := strings.ReplaceAll(strings.TrimSpace(value), " ", "_")
	if i := strings.LastIndexByte(place, '/'); i >= 0 {
		place = place[i+1:]
	}
	if place == "" {
		return ""
	}
	for _, spelling := range []string{place, capitals(place), strings.ToUpper(place)} {
		for _, region := range []string{
			"Europe/", "America/", "Asia/", "Africa/", "Australia/", "Pacific/", "Atlantic/", "Indian/", "Antarctica/", "Arctic/",
			"America/Argentina/", "America/Indiana/", "America/Kentucky/", "America/North_Dakota/", "",
		} {
			if isZone(region + spelling) {
				return region + spelling
			}
		}
	}
	return ""
}

// capitals writes a place as the list does: "new_york" as "New_York".
func capitals(place string) string {
	begins := true
	return strings.Map(func(r rune) rune {
		if begins {
			r = unicode.ToUpper(r)
		} else {
			r = unicode.ToLower(r)
		}
		begins = r == '_' || r == '-'
		return r
	}, place)
}
