package digest

// Embedded is a picture that travels within the mail (RFC 2387) instead of
// being linked.
type Embedded struct {
	Source    string // the address it stands for; "" once it is frozen with an issue
	ContentID string // what the HTML calls it behind "cid:", without brackets (RFC 2392)
	Type      string // image/jpeg or image/png
	Data      []byte
	Width     int // of what it shows of the picture it was made from, in pixels; 0 once it is frozen
	Height    int
}
