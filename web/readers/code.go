package readers

import (
	"crypto/rand"
	"crypto/sha256"
	"fmt"
	"math/big"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"roundup/subscribers"
)

// codeWithin is how long a code can be typed. An address is asked to confirm once in as
// long, so that a token sent again and again mails nobody twice.
const codeWithin = subscribers.SignUpPause

// Fields of the form with a code.
const (
	fieldCode   = "code"
	fieldDigits = "digits"
)

// typing is the code that a form asks for: the part code.html.
type typing struct {
	Shown string // with spaces, or a screen reader would say a number
	Token string
	Wrong string // what is wrong with what was typed; "" for nothing
}

// askCode is the answer to a form while sign-ups are doubted: the same form, with a code
// to type. It depends on nothing but the form.
func (r *pages) askCode(sent url.Values, up subscribers.SignUp) (answer, error) {
	n, err := rand.Int(rand.Reader, big.NewInt(10_000))
	if err != nil {
		return answer{}, err
	}
	digits := fmt.Sprintf("%04d", n)
	f := r.form()
	f.fillIn(sent, up.Choice)
	if !up.Chose { // the form once more says nothing of sections, too
		f.Sections = nil
	}
	f.Moment = sent.Get("moment")
	f.Typing = &typing{
		Shown: strings.Join(strings.Split(digits, ""), " "),
		Token: r.Keyring.TimedToken(subscribers.PurposeCode, signedWith(digits, up), r.Now()),
	}
	if sent.Has(fieldCode) {
		f.Typing.Wrong = r.words.Join.CodeWrong
	}
	return answer{status: http.StatusUnprocessableEntity, code: "type_code", title: r.words.Join.Code, form: f}, nil
}

// codeTyped reports whether a form has the code that was shown for this very sign-up.
func (r *pages) codeTyped(sent url.Values, up subscribers.SignUp) bool {
	with, shown, err := r.Keyring.VerifyTimed(sent.Get(fieldCode), subscribers.PurposeCode)
	age := r.Now().Sub(shown)
	return err == nil && age >= 0 && age < codeWithin && with == signedWith(digitsOf(sent.Get(fieldDigits)), up)
}

// signedWith is what the token of a code names: the code and all that a form says.
func signedWith(digits string, up subscribers.SignUp) (id subscribers.PublicID) {
	all := slices.Concat([]string{digits, up.Address.Given, subscribers.CleanName(up.Name), up.Choice.Language}, up.Choice.Off)
	sum := sha256.Sum256(fmt.Appendf(nil, "%q", all))
	copy(id[:], sum[:])
	return id
}

// digitsOf are the digits of a text; those of Arabic and Persian keyboards count as ours.
func digitsOf(text string) string {
	return strings.Map(func(r rune) rune {
		for _, zero := range "0٠۰" {
			if r >= zero && r <= zero+9 {
				return '0' + r - zero
			}
		}
		return -1
	}, text)
}
