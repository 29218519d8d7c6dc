package subscribers

import "time"

// Row is one subscriber as a file gives it.
type Row struct {
	Line     int // where it begins in the file, from 1
	Address  Address
	Name     string // clean (see CleanName); "" when the file has none
	Status   Status // the file's own word; "" when it has none
	Suppress Reason // the file says that the address must not be mailed; "" when it does not
	Labels   []string
	Choice   *Choice   // only in Roundup's own exports; else nil
	PublicID PublicID  // only in Roundup's own exports; else zero
	Consent  Consent   // as the file gives evidence of it; How is never ""
	Joined   time.Time // zero when the file does not say
	Changed  time.Time // when the status last changed; zero when the file does not say
	Skip     string    // why the file's own words keep the row out; "" for a row to import
}
