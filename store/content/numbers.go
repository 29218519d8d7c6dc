package content

import (
	"context"
	"fmt"
	"strconv"

	"roundup/store/engine"
)

// MaxNumber is the highest number an issue may be given by a person: the mark beside the
// database has room for ten digits, and issues follow.
const MaxNumber = 999_999_999

// metaNextNumber is the next issue's number, where a person set one.
const metaNextNumber = "next_number"

// NextNumber is the number the next issue gets.
func (s *Content) NextNumber(ctx context.Context) (number int, err error) {
	err = s.read(ctx, func(tx *Tx) error {
		number, err = tx.nextNumber(ctx)
		return err
	})
	return number, err
}

// SetNextNumber sets the number the next issue gets, for a newsletter that had
// issues before this database. It can't be one that was given out already, nor above MaxNumber.
func (s *Content) SetNextNumber(ctx context.Context, number int) error {
	return s.write(ctx, func(tx *Tx) error { return tx.SetNextNumber(ctx, number) })
}

// SetNextNumber is the method of Content, within a transaction.
func (tx *Tx) SetNextNumber(ctx context.Context, number int) error {
	last, err := tx.LastNumber(ctx)
	if err != nil {
		return err
	}
	if number <= last {
		return fmt.Errorf("next number %d: the numbers up to %d are taken", number, last)
	}
	if number > MaxNumber {
		return fmt.Errorf("next number %d: numbers end at %d", number, MaxNumber)
	}
	return tx.SetMeta(ctx, metaNextNumber, strconv.Itoa(number))
}

func (tx *Tx) nextNumber(ctx context.Context) (int, error) {
	last, err := tx.LastNumber(ctx)
	if err != nil {
		return 0, err
	}
	text, err := tx.Meta(ctx, metaNextNumber)
	if err != nil || text == "" {
		return last + 1, err
	}
	wished, err := strconv.Atoi(text)
	if err != nil {
		return 0, fmt.Errorf("read %s: %w", metaNextNumber, err)
	}
	return max(last+1, wished), nil
}

// LastNumber is the highest number given out; 0 for none.
func (tx *Tx) LastNumber(ctx context.Context) (int, error) {
	last, err := engine.QueryOne(ctx, tx, engine.ScanValue[int], `
		SELECT coalesce(max(number), 0) FROM issues WHERE newsletter_id = ?`, tx.Newsletter)
	if err != nil {
		return 0, fmt.Errorf("read last issue's number: %w", err)
	}
	return last, nil
}
