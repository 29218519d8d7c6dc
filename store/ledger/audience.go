package ledger

import (
	"cmp"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"roundup/store/engine"
)

// rangeMost is how many readers a range has at most, where a start says nothing else.
const rangeMost = 2000

// errAudience is a frozen audience that can't be read.
var errAudience = errors.New("an audience is damaged")

// FreezeAudience freezes every active reader who is neither suppressed nor paused, in ranges of a
// size (0 for 2,000), in the order of their ids. An erased reader is not active. The ids of a range come as one
// text: row by row a million would take most of a second.
func (tx *Tx) FreezeAudience(ctx context.Context, issueID int64, size int) error {
	size = cmp.Or(size, rangeMost)
	barred, err := tx.barredReaders(ctx)
	if err != nil {
		return fmt.Errorf("freeze audience: %w", err)
	}
	var waiting []int64 // for their range to be full
	number := 0
	for after := int64(0); ; {
		ids, err := tx.activeReaders(ctx, after, rangeMost)
		if err != nil {
			return fmt.Errorf("freeze audience: %w", err)
		}
		last := len(ids) < rangeMost
		if len(ids) > 0 {
			after = ids[len(ids)-1]
		}
		waiting = append(waiting, without(ids, barred)...)
		for len(waiting) >= size || last && len(waiting) > 0 {
			n := min(len(waiting), size)
			number++
			if err := tx.freezeRange(ctx, issueID, number, waiting[:n]); err != nil {
				return fmt.Errorf("freeze audience: %w", err)
			}
			waiting = append(waiting[:0], waiting[n:]...)
		}
		if last {
			return nil
		}
	}
}

// barredReaders lists who is on the list and suppressed, or has paused, in order.
func (tx *Tx) barredReaders(ctx context.Context) ([]int64, error) {
	return engine.QueryAll(ctx, tx, engine.ScanValue[int64], `
		SELECT h.subscriber_id
		FROM suppressions x
		JOIN subscriber_hashes h ON h.hash = x.hash
		UNION
		SELECT subscriber_id
		FROM subscriptions
		WHERE newsletter_id = ? AND paused_until > ?
		ORDER BY 1`, tx.Newsletter, tx.Stamp())
}

// activeReaders lists the next active readers by id.
func (tx *Tx) activeReaders(ctx context.Context, after int64, limit int) ([]int64, error) {
	text, err := engine.QueryOne(ctx, tx, func(r engine.Row) (text string, err error) {
		return text, r.Scan(engine.TextInto(&text))
	}, `
		SELECT string_agg(CAST(subscriber_id AS TEXT), ',')
		FROM (
			SELECT subscriber_id
			FROM subscriptions
			WHERE newsletter_id = ? AND status = 'active' AND subscriber_id > ?
			ORDER BY subscriber_id
			LIMIT ?) AS next`, tx.Newsletter, after, limit)
	if err != nil || text == "" {
		return nil, err
	}
	ids := make([]int64, 0, limit)
	for part := range strings.SplitSeq(text, ",") {
		id, err := strconv.ParseInt(part, 10, 64)
		if err != nil {
			return nil, err
		}
		ids = append(ids, id)
	}
	slices.Sort(ids) // no engine promises the order within an aggregate
	return ids, nil
}

// without is ids less those of others; both are in order.
func without(ids, others []int64) []int64 {
	if len(ids) == 0 {
		return nil
	}
	at, _ := slices.BinarySearch(others, ids[0])
	rest := make([]int64, 0, len(ids))
	for _, id := range ids {
		for at < len(others) && others[at] < id {
			at++
		}
		if at == len(others) || others[at] != id {
			rest = append(rest, id)
		}
	}
	return rest
}

func (tx *Tx) freezeRange(ctx context.Context, issueID int64, number int, ids []int64) error {
	_, err := tx.Exec(ctx, `
		INSERT INTO audience (issue_id, number, first_id, last_id, readers) VALUES (?, ?, ?, ?, ?)`,
		issueID, number, ids[0], ids[len(ids)-1], packIDs(ids))
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
