package config

import (
	"errors"
	"math"
	"regexp"
	"strconv"
	"strings"
	"time"
)

var (
	errDuration = errors.New("not a duration; write it as 90s, 15m, 24h, 7d or 2w")

	durationPart = regexp.MustCompile(`^(\d+(?:\.\d+)?)(ms|s|m|h|d|w)`)
)

// ParseDuration reads a length of time: numbers with a unit each, w, d, h, m, s
// or ms, as in "2w", "1d12h" or "1.5h"; or 0. A day has 24 hours.
func ParseDuration(s string) (time.Duration, error) {
	rest := strings.TrimSpace(s)
	if rest == "0" {
		return 0, nil
	}
	if rest == "" {
		return 0, errDuration
	}
	total := 0.0
	for rest != "" {
		m := durationPart.FindStringSubmatch(rest)
		if m == nil {
			return 0, errDuration
		}
		n, err := strconv.ParseFloat(m[1], 64)
		if err != nil {
			return 0, errDuration
		}
		total += n * float64(unit(m[2]))
		rest = rest[len(m[0]):]
	}
	if total > math.MaxInt64/2 {
		return 0, errors.New("too long; at most 146 years")
	}
	return time.Duration(math.Round(total)), nil
}

func unit(name string) time.Duration {
	switch name {
	case "w":
		return 7 * 24 * time.Hour
	case "d":
		return 24 * time.Hour
	case "h":
		return time.Hour
	case "m":
		return time.Minute
	case "s":
		return time.Second
	}
	return time.Millisecond
}
