package ledger

import "slices"

// Fingerprints tell whether two processes have the same settings: a short hash of each, by
// its key.
type Fingerprints map[string]string

// Differing are the keys of settings that two processes have otherwise than each other. One
// that only one of them knows is of another version's, and does not count.
func (f Fingerprints) Differing(other Fingerprints) (keys []string) {
	for key, mine := range f {
		if theirs, known := other[key]; known && theirs != mine {
			keys = append(keys, key)
		}
	}
	slices.Sort(keys)
	return keys
}

// Differing is a worker, and the settings it sends by that this process has otherwise.
type Differing struct {
	Worker   Worker
	Settings []string
}

// DifferingOf are those of workers that send by other settings than this process has.
func DifferingOf(atWork []Worker, own Fingerprints) (differing []Differing) {
	for _, w := range atWork {
		if keys := own.Differing(w.Fingerprints); len(keys) > 0 {
			differing = append(differing, Differing{w, keys})
		}
	}
	return differing
}

// OfOtherVersions are those of workers that are of another version than this process.
func OfOtherVersions(atWork []Worker, own string) (others []Worker) {
	for _, w := range atWork {
		if w.Version != own {
			others = append(others, w)
		}
	}
	return others
}
