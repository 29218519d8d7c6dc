package asjson

import (
	"roundup/internal/desk"
	"roundup/store"
)

// Quality is what readers made of an issue, in numbers of them.
type Quality struct {
	Left       int  `json:"left"`    // by themselves, having had it as their last issue
	Bounced    int  `json:"bounced"` // whose mail came back after it was taken
	Gone       int  `json:"gone"`    // of those: hard bounces
	Complained int  `json:"complained"`
	Replied    *int `json:"replied"` // null: not known, for no reply was read so far
}

// qualityOf is that of an issue.
func qualityOf(q store.Quality) *Quality {
	of := &Quality{Left: q.Left, Bounced: q.Bounced(), Gone: q.Hard, Complained: q.Complained}
	if q.RepliesRead {
		of.Replied = &q.Replied
	}
	return of
}

// With is an issue's line with what readers made of it.
func (i Issue) With(q store.Quality) Issue {
	i.Quality, i.Sent = qualityOf(q), &q.Sent
	return i
}

// Returned is of how many readers of an issue something came back for one reason from one domain.
type Returned struct {
	Kind   string `json:"kind"` // hard, soft, complaint, unsubscribe, auto-reply
	Reason string `json:"reason,omitempty"`
	Domain string `json:"domain,omitempty"` // none of forgotten readers
	Count  int    `json:"count"`            // of readers, each once a kind; hard and soft are one
}

// With is a summary's line with what readers made of the issue, and what came back.
func (s Summary) With(r desk.Returned) Summary {
	s.Quality = qualityOf(r.Quality)
	s.Returned = []Returned{}
	for _, c := range r.Counts {
		s.Returned = append(s.Returned, Returned{Kind: c.Kind, Reason: string(c.Reason), Domain: c.Domain, Count: c.N})
	}
	return s
}
