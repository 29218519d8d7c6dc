package asjson

// DKIMKey is `dkim-key`.
type DKIMKey struct {
	File     string   `json:"file"`
	Key      string   `json:"key"` // "RSA, 2048 bits"
	Domain   string   `json:"domain"`
	Selector string   `json:"selector"`
	Name     string   `json:"name"` // of the DNS record
	Record   string   `json:"record"`
	Strings  []string `json:"strings"` // the record as DNS holds it
}
