package planner

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"roundup/digest"
	"roundup/digest/letter"
	"roundup/internal/outbound"
	"roundup/internal/pictures"
)

// Bounds of the pictures that travel within a mail.
const (
	embeddedMost     = 200 << 10        // of one, in bytes, before it is encoded for the mail
	embeddedTogether = 2 << 20          // of all
	picturesWait     = time.Minute      // for all to arrive: an issue does not wait for a slow site
	picturesBeing    = 3                // fetched at the same time
	pictureFresh     = 15 * time.Minute // for previews, which ask again and again
	pictureRetry     = time.Minute      // the same, where it could not be had
)

// Illustrate fetches the pictures that the plan's mail embeds, where the
// configuration says so, and scales them. One that can't be had, or for which
// there is no room, is linked; the plan's remarks say so.
func (pl *Planner) Illustrate(ctx context.Context, p *Plan) error {
	if letter.Images(pl.cfg.Digest.Images) != letter.EmbedImages {
		return nil
	}
	shown, err := pl.shown(*p)
	if err != nil {
		return err
	}
	room := embeddedTogether
	for i, got := range pl.pictures.get(ctx, pl.client, shown, pl.now()) {
		problem := got.problem
		if problem == "" && len(got.picture.Data) > room {
			problem = fmt.Sprintf("the mail's pictures have %d kB together", embeddedTogether>>10)
		}
		if problem != "" {
			p.Remarks = append(p.Remarks, Remark{What: "pictures", Text: "linked and not embedded: " + shown[i].URL + ": " + problem, Warning: true})
			continue
		}
		room -= len(got.picture.Data)
		p.Pictures = append(p.Pictures, got.picture)
	}
	return ctx.Err()
}

// shown are the pictures of all variants of a planned issue: another may lead, whose
// picture is larger there. In every language they are the same.
func (pl *Planner) shown(p Plan) ([]letter.Shown, error) {
	var all []letter.Shown
	looked := map[string]bool{}
	for _, v := range p.Variants {
		sections := strings.Join(v.Sections, " ")
		if v.Unsent != "" || looked[sections] {
			continue
		}
		looked[sections] = true
		as, err := pl.As(p, v)
		if err != nil {
			return nil, err
		}
		shown, err := letter.Pictures(as.Issue, pl.Publication().In(v.Language), pl.RenderOptions())
		if err != nil {
			return nil, err
		}
		for _, s := range shown {
			at := slices.IndexFunc(all, func(o letter.Shown) bool { return o.URL == s.URL })
			switch {
			case at < 0:
				all = append(all, s)
			case s.Width > all[at].Width:
				all[at] = s
			}
		}
	}
	return all, nil
}

// pictureCache keeps the pictures of the issue that was put together last: a preview
// that is looked at from all sides fetches each once.
type pictureCache struct {
	mu   sync.Mutex
	kept map[letter.Shown]obtained
}

// obtained is a picture, or why there is none.
type obtained struct {
	picture digest.Embedded
	problem string // "" where there is one
	at      time.Time
}

// get returns what is shown, in its order; what is no longer shown is forgotten.
func (c *pictureCache) get(ctx context.Context, client *outbound.Client, shown []letter.Shown, now time.Time) []obtained {
	c.mu.Lock()
	defer c.mu.Unlock()
	ctx, cancel := context.WithTimeout(ctx, picturesWait)
	defer cancel()
	all := make([]obtained, len(shown))
	slot := make(chan struct{}, picturesBeing)
	var decoding sync.Mutex // a picture is large while it is decoded
	var wg sync.WaitGroup
	for i, s := range shown {
		if kept, ok := c.kept[s]; ok && kept.fresh(now) {
			all[i] = kept
			continue
		}
		wg.Go(func() {
			slot <- struct{}{}
			defer func() { <-slot }()
			all[i] = obtained{at: now}
			file, err := fetchPicture(ctx, client, s.URL)
			if err == nil {
				decoding.Lock()
				all[i].picture, err = newEmbedded(s, file)
				decoding.Unlock()
			}
			if err != nil {
				all[i].problem = err.Error()
			}
		})
	}
	wg.Wait()
	c.kept = make(map[letter.Shown]obtained, len(shown))
	for i, s := range shown {
		c.kept[s] = all[i]
	}
	return all
}

func (o obtained) fresh(now time.Time) bool {
	if o.problem != "" {
		return now.Sub(o.at) < pictureRetry
	}
	return now.Sub(o.at) < pictureFresh
}

// newEmbedded makes a picture's file one for the mail. Its Content-ID is made of
// what it shows, so that the same picture has the same.
func newEmbedded(s letter.Shown, file []byte) (digest.Embedded, error) {
	fitted, err := pictures.Fit(file, pictures.Box{Width: s.Width, Height: s.Height, MaxBytes: embeddedMost, Crop: s.Crop})
	if err != nil {
		return digest.Embedded{}, err
	}
	sum := sha256.Sum256(fitted.Data)
	return digest.Embedded{
		Source:    s.URL,
		ContentID: hex.EncodeToString(sum[:16]) + "@roundup",
		Type:      fitted.Type,
		Data:      fitted.Data,
		Width:     fitted.Width,
		Height:    fitted.Height,
	}, nil
}

// fetchPicture reads a picture's file; its errors are for people.
func fetchPicture(ctx context.Context, client *outbound.Client, address string) ([]byte, error) {
	header := http.Header{"Accept": {"image/jpeg, image/png, image/webp, image/gif"}}
	res, err := client.Get(ctx, address, header, pictures.MaxSource)
	switch {
	case errors.Is(err, outbound.ErrTooLarge):
		return nil, fmt.Errorf("its file has more than %d MB", pictures.MaxSource>>20)
	case err != nil:
		return nil, err
	case res.Status != http.StatusOK:
		return nil, fmt.Errorf("the server answers %d", res.Status)
	}
	return res.Body, nil
}
