package config

import (
	"fmt"
	"slices"
	"strings"

	"roundup/internal/nearest"
	"roundup/internal/remedy"
)

// prefix begins the name of every variable that is a setting.
const prefix = "ROUNDUP_"

// otherVariables begin so too, and are no settings.
func otherVariables() []string {
	return []string{
		"ROUNDUP_CLOCK",   // starts the program's calendar at a moment
		"ROUNDUP_REQUIRE", // tools whose absence fails the tests instead of skipping them
	}
}

// readEnviron returns the settings of the environment by key, texts and lists
// of texts, and records where each is. An empty variable is as good as none.
func readEnviron(environ []string, o *origins) (map[string]any, Problems) {
	byVariable := map[string]key{}
	for _, k := range keys() {
		if variable := k.variable(); variable != "" {
			byVariable[variable] = k
		}
	}
	settings := map[string]any{}
	var problems Problems
	for name, value := range variables(environ) {
		k, known := byVariable[name]
		switch {
		case slices.Contains(otherVariables(), name):
		case !known:
			problems = append(problems, unknownVariable(name, byVariable))
		case strings.TrimSpace(value) == "":
		default:
			parsed, reason := k.parseVariable(value)
			if reason != "" {
				problems = append(problems, Problem{Key: name, File: "environment", Message: reason})
				continue
			}
			settings[k.name] = parsed
			o.value(k.name, origin{variable: name, text: shown(k.kind, strings.TrimSpace(value))})
		}
	}
	slices.SortFunc(problems, func(a, b Problem) int { return strings.Compare(a.Key, b.Key) })
	return settings, problems
}

// variables picks those with our prefix; of one that is there twice, the last.
func variables(environ []string) map[string]string {
	ours := map[string]string{}
	for _, entry := range environ {
		if name, value, ok := strings.Cut(entry, "="); ok && strings.HasPrefix(name, prefix) {
			ours[name] = value
		}
	}
	return ours
}

func unknownVariable(name string, known map[string]key) Problem {
	p := Problem{Key: name, File: "environment", Message: "unknown variable"}
	all := make([]string, 0, len(known))
	for variable := range known {
		all = append(all, variable)
	}
	slices.Sort(all)
	for _, list := range []string{"sources", "digest.sections", "digest.labels.rename", "newsletter.social"} {
		if name == (key{name: list}).variable() {
			p.Message = fmt.Sprintf("%s is a list of groups; it can be set in the file only", list)
			return p
		}
	}
	if near := nearest.Of(strings.TrimPrefix(name, prefix), trimPrefixes(all)); near != "" {
		p.Message += "; did you mean " + prefix + near + "?"
	} else {
		p.Do.Code = remedy.ListSettings
	}
	return p
}

func trimPrefixes(names []string) []string {
	trimmed := make([]string, len(names))
	for i, name := range names {
		trimmed[i] = strings.TrimPrefix(name, prefix)
	}
	return trimmed
}

// parseVariable reads the value of a variable; a list has commas between its texts.
func (k key) parseVariable(value string) (any, string) {
	if !k.kind.isList() {
		value = strings.TrimSpace(value)
		return value, k.check(value)
	}
	var values []string
	for _, part := range strings.Split(value, ",") {
		if part = strings.TrimSpace(part); part == "" {
			continue
		}
		if reason := k.check(part); reason != "" {
			return nil, reason
		}
		values = append(values, part)
	}
	return values, ""
}
