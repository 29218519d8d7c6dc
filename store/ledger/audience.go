package ledger

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"roundup/digest"
	"roundup/store/engine"
	"roundup/subscribers"
)

// rangeMost is how many readers a range has at most, where a start says nothing else.
const rangeMost = 2000

// errAudience is a frozen audience that can't be read.
var errAudience = errors.New("an audience is damaged")

// member is a reader of an audience, and the number of the variant they get.
type member struct {
	id      int64
	variant int
}

// ErrNewChoice is returned where a reader of an audience has a choice that no variant is for.
var ErrNewChoice = errors.New("a reader has chosen meanwhile")

// FreezeAudience freezes every active reader who is neither suppressed nor paused, in ranges of a
// size (0 for 2,000), in the order of their ids, each with the number of the variant for their choice
// (by subscribers.Choice.Text; nil: the whole issue for everybody), and returns how many get each.
// An erased reader is not active. It fails with ErrNewChoice.
func (tx *Tx) FreezeAudience(ctx context.Context, issueID int64, size int, choices map[string]int) (map[int]int, error) {
	size = cmp.Or(size, rangeMost)
	barred, err := tx.barredReaders(ctx)
	if err != nil {
		return nil, fmt.Errorf("freeze audience: %w", err)
	}
	var waiting []member // for their range to be full
	readers := map[int]int{}
	find := variantFinder(choices)
	number := 0
	for after := int64(0); ; {
		members, err := tx.activeReaders(ctx, after, rangeMost, find)
		if err != nil {
			return nil, fmt.Errorf("freeze audience: %w", err)
		}
		last := len(members) < rangeMost
		if len(members) > 0 {
			after = members[len(members)-1].id
		}
		waiting = append(waiting, without(members, barred)...)
		for len(waiting) >= size || last && len(waiting) > 0 {
			n := min(len(waiting), size)
			number++
			if err := tx.freezeRange(ctx, issueID, number, waiting[:n]); err != nil {
				return nil, fmt.Errorf("freeze audience: %w", err)
			}
			for _, m := range waiting[:n] {
				readers[m.variant]++
			}
			waiting = append(waiting[:0], waiting[n:]...)
		}
		if last {
			return readers, nil
		}
	}
}

// variantFinder finds the number of the variant for a choice as activeReaders reads it,
// "" for all of every issue.
func variantFinder(choices map[string]int) func(string) int {
	known := map[string]int{}
	return func(read string) int {
		n, ok := known[read]
		if !ok {
			n = variantFor(read, choices)
			known[read] = n
		}
		return n
	}
}

// noVariant is the number of the variant of a choice that none is for.
const noVariant = 0

func variantFor(read string, choices map[string]int) int {
	if choices == nil {
		return digest.Whole
	}
	var c subscribers.Choice
	if monthly, rest, chosen := strings.Cut(read, " "); chosen {
		language, off, _ := strings.Cut(rest, " ")
		c.Monthly, c.Language = monthly == "1", language
		if engine.JSONInto(&c.Off).Scan(off) != nil {
			return noVariant
		}
	}
	return choices[c.Text()]
}

// barredReaders lists who is on the list and suppressed, or has paused, in order.
func (tx *Tx) barredReaders(ctx context.Context) ([]int64, error) {
	return engine.QueryAll(ctx, tx, engine.ScanValue[int64], `
		SELECT h.id
		FROM suppressions x
		JOIN subscribers h ON h.hash = x.hash
		UNION
		SELECT subscriber_id
		FROM subscriptions
		WHERE newsletter_id = ? AND paused_until > ?
		ORDER BY 1`, tx.Newsletter, tx.Stamp())
}

// activeReaders lists the next active readers by id. They come as one text, a line each:
// row by row a million would take most of a second.
func (tx *Tx) activeReaders(ctx context.Context, after int64, limit int, find func(string) int) ([]member, error) {
	text, err := engine.QueryOne(ctx, tx, func(r engine.Row) (text string, err error) {
		return text, r.Scan(engine.TextInto(&text))
	}, `
		SELECT string_agg(CAST(subscriber_id AS TEXT) || chosen, '
')
		FROM (
			SELECT
				subscriber_id,
				CASE
					WHEN monthly = 1 OR sections_off <> '[]' OR language <> '' THEN ' ' || CAST(monthly AS TEXT) || ' ' || language || ' ' || sections_off
					ELSE ''
				END AS chosen
			FROM subscriptions
			WHERE newsletter_id = ? AND status = 'active' AND subscriber_id > ?
			ORDER BY subscriber_id
			LIMIT ?) AS next`, tx.Newsletter, after, limit)
	if err != nil || text == "" {
		return nil, err
	}
	members := make([]member, 0, limit)
	for line := range strings.SplitSeq(text, "\n") {
		number, chosen, _ := strings.Cut(line, " ")
		id, err := strconv.ParseInt(number, 10, 64)
		if err != nil {
			return nil, err
		}
		members = append(members, member{id, find(chosen)})
	}
	// No engine promises the order within an aggregate.
	slices.SortFunc(members, func(a, b member) int { return cmp.Compare(a.id, b.id) })
	return members, nil
}

// without is readers less those of these ids; both are in order.
func without(readers []member, ids []int64) []member {
	if len(readers) == 0 {
		return nil
	}
	at, _ := slices.BinarySearch(ids, readers[0].id)
	rest := make([]member, 0, len(readers))
	for _, m := range readers {
		for at < len(ids) && ids[at] < m.id {
			at++
		}
		if at == len(ids) || ids[at] != m.id {
			rest = append(rest, m)
		}
	}
	return rest
}

func (tx *Tx) freezeRange(ctx context.Context, issueID int64, number int, members []member) error {
	ids, variants := make([]int64, len(members)), make([]int, len(members))
	for i, m := range members {
		if ids[i], variants[i] = m.id, m.variant; m.variant == noVariant {
			return ErrNewChoice
		}
	}
	_, err := tx.Exec(ctx, `
		INSERT INTO audience (issue_id, number, first_id, last_id, readers, variants) VALUES (?, ?, ?, ?, ?, ?)`,
		issueID, number, ids[0], ids[len(ids)-1], packIDs(ids), packVariants(variants))
	if err != nil {
		return err
	}
	_, err = tx.Exec(ctx, `
		INSERT INTO ranges (issue_id, number, size, touched_at, closed_at) VALUES (?, ?, ?, ?, ?)`,
		issueID, number, len(ids), tx.Stamp(), tx.Stamp())
	return err
}

// packIDs writes ids, which are in order, as their distances.
func packIDs(ids []int64) []byte {
	packed := make([]byte, 0, 2*len(ids)+8)
	before := int64(0)
	for _, id := range ids {
		packed = binary.AppendUvarint(packed, uint64(id-before))
		before = id
	}
	return packed
}

// unpackIDs reads what packIDs wrote.
func unpackIDs(packed []byte, size int) ([]int64, error) {
	ids := make([]int64, 0, min(size, rangeMost))
	id := int64(0)
	for len(packed) > 0 {
		distance, n := binary.Uvarint(packed)
		if n <= 0 || distance == 0 || distance > uint64(1)<<62 {
			return nil, errAudience
		}
		id += int64(distance)
		ids, packed = append(ids, id), packed[n:]
	}
	if len(ids) != size {
		return nil, fmt.Errorf("%w: %d readers where %d were frozen", errAudience, len(ids), size)
	}
	return ids, nil
}

// packVariants writes the numbers of variants as runs: how many readers in a row get the
// same, and which.
func packVariants(variants []int) []byte {
	var packed []byte
	for at := 0; at < len(variants); {
		end := at + 1
		for end < len(variants) && variants[end] == variants[at] {
			end++
		}
		packed = binary.AppendUvarint(packed, uint64(end-at))
		packed = binary.AppendUvarint(packed, uint64(variants[at]))
		at = end
	}
	return packed
}

// unpackVariants reads what packVariants wrote.
func unpackVariants(packed []byte, size int) ([]int, error) {
	variants := make([]int, 0, min(size, rangeMost))
	for len(packed) > 0 {
		run, n := binary.Uvarint(packed)
		if n <= 0 || run == 0 || run > uint64(size-len(variants)) {
			return nil, errAudience
		}
		number, m := binary.Uvarint(packed[n:])
		if m <= 0 || number == 0 || number > math.MaxInt32 {
			return nil, errAudience
		}
		for range run {
			variants = append(variants, int(number))
		}
		packed = packed[n+m:]
	}
	if len(variants) != size {
		return nil, fmt.Errorf("%w: %d variants where there are %d readers", errAudience, len(variants), size)
	}
	return variants, nil
}
