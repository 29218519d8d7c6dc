package mailbox

import (
	"cmp"
	"context"
	"errors"
	"io"
	"slices"

	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapclient"
)

// after are the mails after a UID, in their order and at most maxMails, without those that
// are marked as deleted.
func (s *session) after(ctx context.Context, last uint32) (uids []imap.UID, more bool, err error) {
	if last == ^uint32(0) {
		return nil, false, nil
	}
	criteria := &imap.SearchCriteria{
		UID:     []imap.UIDSet{{imap.UIDRange{Start: imap.UID(last) + 1}}}, // to "*"
		NotFlag: []imap.Flag{imap.FlagDeleted},
	}
	var options *imap.SearchOptions
	if s.caps.Has(imap.CapESearch) {
		options = &imap.SearchOptions{ReturnAll: true} // ranges, of which a hostile one is short, too
	}
	set, err := s.search(ctx, criteria, options)
	if err != nil {
		return nil, false, err
	}
	ranges := slices.Clone(set)
	slices.SortFunc(ranges, func(a, b imap.UIDRange) int { return int(int64(a.Start) - int64(b.Start)) })
	for _, r := range ranges {
		if r.Start == 0 || r.Stop < r.Start {
			return nil, false, &Trouble{Code: Broken, Fact: "a search found " + set.String()}
		}
		for uid := uint64(max(r.Start, imap.UID(last)+1)); uid <= uint64(r.Stop); uid++ { // "*" is the last mail, old or new
			if len(uids) == maxMails {
				return uids, true, nil
			}
			uids = append(uids, imap.UID(uid))
			last = uint32(uid)
		}
		if last == ^uint32(0) {
			break
		}
	}
	return uids, false, nil
}

// search asks for UIDs.
func (s *session) search(ctx context.Context, criteria *imap.SearchCriteria, options *imap.SearchOptions) (imap.UIDSet, error) {
	found, err := within(ctx, s, Broken, maxSearch, func() (*imap.SearchData, error) {
		return s.client.UIDSearch(criteria, options).Wait()
	})
	if err != nil {
		return nil, err
	}
	set, _ := found.All.(imap.UIDSet)
	return set, nil
}

// fetch is the front of a mail; nil where it is not there any more.
func (s *session) fetch(ctx context.Context, uid imap.UID) ([]byte, error) {
	body, err := s.read(ctx, uid)
	if err != nil || body != nil {
		return body, err
	}
	criteria := &imap.SearchCriteria{UID: []imap.UIDSet{imap.UIDSetNum(uid)}}
	set, err := s.search(ctx, criteria, nil)
	if err == nil && set.Contains(uid) {
		err = &Trouble{Code: Withheld}
	}
	return nil, err
}

// read asks for a mail, which stays unread as people's programs have it.
func (s *session) read(ctx context.Context, uid imap.UID) ([]byte, error) {
	section := &imap.FetchItemBodySection{Peek: true, Partial: &imap.SectionPartial{Size: s.o.Limit}}
	items := &imap.FetchOptions{UID: true, BodySection: []*imap.FetchItemBodySection{section}}
	return within(ctx, s, Withheld, s.o.Limit+maxAnswer, func() ([]byte, error) {
		command := s.client.Fetch(imap.UIDSetNum(uid), items)
		var body []byte
		var long error
		for m := command.Next(); m != nil; m = command.Next() {
			for item := m.Next(); item != nil; item = m.Next() {
				text, ok := item.(imapclient.FetchItemDataBodySection)
				if !ok || body != nil || long != nil || text.Literal == nil {
					continue
				}
				if text.Literal.Size() > s.o.Limit {
					long = errTooMuch // Next passes over it, and over the rest, or the client would wait for ever
					continue
				}
				var err error
				if body, err = whole(text.Literal); err != nil {
					return nil, err // the connection is of no use any more
				}
			}
		}
		return body, cmp.Or(long, command.Close())
	})
}

// whole reads a mail that was announced with its length; one that ends before is none. Where
// it fails, nothing more may be read of it.
func whole(text imap.LiteralReader) ([]byte, error) {
	body, err := io.ReadAll(text)
	if err == nil && int64(len(body)) != text.Size() {
		err = io.ErrUnexpectedEOF
	}
	return body, err
}

// move puts a mail into a folder, which is made where it is missing.
func (s *session) move(ctx context.Context, uid imap.UID, folder string) error {
	err := s.transfer(ctx, uid, folder)
	var trouble *Trouble
	if !errors.As(err, &trouble) || trouble.Code != NotMoved {
		return err
	}
	switch trouble.said {
	case imap.ResponseCodeOverQuota, imap.ResponseCodeNoPerm:
		return err // the folder may well be there
	}
	if failed, tried := s.made[folder]; tried {
		return cmp.Or(failed, err)
	}
	made := s.ask(ctx, NoFolder, func() error { return s.client.Create(folder, nil).Wait() })
	if errors.As(made, &trouble) && trouble.said == imap.ResponseCodeAlreadyExists {
		s.made[folder] = nil
		return err
	}
	s.made[folder] = made
	if made != nil {
		if errors.As(made, &trouble) && trouble.Code == NoFolder {
			trouble.About = folder
		}
		return made
	}
	_ = s.ask(ctx, NoFolder, func() error { return s.client.Subscribe(folder).Wait() }) // for people's programs alone
	return s.transfer(ctx, uid, folder)
}

// transfer moves a mail. Without MOVE (RFC 6851) it is copied, then marked as deleted and,
// with UIDPLUS (RFC 4315), taken away: each once the step before is done, so that no mail is
// lost to a server that fails in between.
func (s *session) transfer(ctx context.Context, uid imap.UID, folder string) error {
	mail := imap.UIDSetNum(uid)
	if s.caps.Has(imap.CapMove) {
		return s.ask(ctx, NotMoved, func() error {
			_, err := s.client.Move(mail, folder).Wait()
			return err
		})
	}
	err := s.ask(ctx, NotMoved, func() error {
		_, err := s.client.Copy(mail, folder).Wait()
		return err
	})
	if err != nil {
		return err
	}
	mark := &imap.StoreFlags{Op: imap.StoreFlagsAdd, Silent: true, Flags: []imap.Flag{imap.FlagDeleted}}
	err = s.ask(ctx, Copied, func() error { return s.client.Store(mail, mark, nil).Close() })
	if err != nil || !s.caps.Has(imap.CapUIDPlus) {
		return err // EXPUNGE would take away what others have marked
	}
	return s.ask(ctx, Copied, func() error { return s.client.UIDExpunge(mail).Close() })
}
