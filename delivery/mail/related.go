package mail

import (
	"bytes"
	"errors"
	"fmt"
	"regexp"

	gomail "github.com/wneessen/go-mail"

	"roundup/digest"
	"roundup/internal/oneline"
)

// embed adds the pictures that a mail's HTML names by their Content-ID (RFC
// 2392), to be shown in it and not as attachments.
func embed(m *gomail.Msg, pictures []digest.Embedded) error {
	for i, p := range pictures {
		extension, ok := map[string]string{"image/jpeg": "jpg", "image/png": "png"}[p.Type]
		if !ok || !isContentID(p.ContentID) {
			return fmt.Errorf("compose: picture %d: %q of type %q can't be embedded", i+1, oneline.Of(p.ContentID, 100), oneline.Of(p.Type, 100))
		}
		err := m.EmbedReader(fmt.Sprintf("picture-%d.%s", i+1, extension), bytes.NewReader(p.Data),
			gomail.WithFileContentID("<"+p.ContentID+">"), gomail.WithFileContentType(gomail.ContentType(p.Type)))
		if err != nil {
			return fmt.Errorf("compose: picture %d: %w", i+1, err)
		}
	}
	return nil
}

var contentID = regexp.MustCompile(`^[A-Za-z0-9.-]{1,64}@[A-Za-z0-9.-]{1,64}$`)

func isContentID(id string) bool { return contentID.MatchString(id) }

var boundaryParameter = regexp.MustCompile(`(?m)^(Content-Type: multipart/[a-z]+);\r\n boundary=([0-9A-Za-z]+)\r$`)

// relate gives a mail with pictures boundaries that are the same at every
// attempt, where go-mail draws lots: it takes one boundary for a whole mail, and
// this one has two. The outer multipart also says what its root is, as RFC 2387,
// 3.1 wants it.
func relate(data []byte, outer string) ([]byte, error) {
	found := boundaryParameter.FindAllSubmatch(data, 2) // before any part's own words
	if len(found) != 2 {
		return nil, errors.New("compose: a mail with pictures has not the two levels it should have")
	}
	for i, b := range []string{outer, boundary("within " + outer)} {
		field, drawn := found[i][1], found[i][2]
		parameter := "\r\n boundary="
		if i == 0 {
			parameter = "\r\n type=\"multipart/alternative\";" + parameter
		}
		data = bytes.Replace(data, found[i][0][:len(found[i][0])-1], []byte(string(field)+";"+parameter+b), 1)
		data = bytes.ReplaceAll(data, append([]byte("--"), drawn...), []byte("--"+b))
	}
	return data, nil
}
