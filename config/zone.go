package config

import (
	_ "embed"
	"slices"
	"strings"
	"time"

	"roundup/internal/nearest"
)

// zones are the places of the IANA list, region and all, a line each. Zones can
// be loaded by their name only, from wherever they are: no list comes with them.
//
//go:embed zones.txt
var zones string

// checkZone says what is wrong with a time zone, and which was meant: "Stockholm",
// "Europe/Stokholm" and "Asia/Stockholm" for Europe/Stockholm.
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

// nearestZone is the zone whose place is most like the one in value, of its own
// region where several are; "" for none. It may differ in one letter of four: a
// city that is no zone, as Munich, is not to become another.
func nearestZone(value string) string {
	all := strings.Fields(zones)
	region, _ := splitZone(value)
	slices.SortStableFunc(all, func(a, b string) int { // those of its region first
		return strings.Compare(side(a, region), side(b, region))
	})
	places := make([]string, len(all))
	for i, name := range all {
		_, places[i] = splitZone(name)
	}
	_, place := splitZone(value)
	near := nearest.Within(place, places, len(place)/4)
	if near == "" {
		return ""
	}
	return all[slices.Index(places, near)]
}

// splitZone parts a zone's region from its place.
func splitZone(name string) (region, place string) {
	i := strings.LastIndexByte(name, '/')
	return name[:max(i, 0)], strings.TrimSpace(name[i+1:])
}

// side sorts a zone of a region before others.
func side(name, region string) string {
	if own, _ := splitZone(name); region != "" && nearest.Same(own, region) {
		return "a"
	}
	return "b"
}
