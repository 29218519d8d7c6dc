package hooks

import (
	"context"
	"crypto"
	"crypto/rsa"
	"crypto/sha1" //nolint:gosec // SNS's signature version 1 is made with it
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/json"
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"strings"
	"sync"
	"time"

	"roundup/delivery/inbox"
)

// Where SNS has its certificates, and where it wants a subscription confirmed.
var (
	certificateURL = regexp.MustCompile(`^https://(sns\.[a-z0-9-]+\.amazonaws\.com(?:\.cn)?)/SimpleNotificationService-[A-Za-z0-9]+\.pem$`)
	subscribeURL   = regexp.MustCompile(`^https://sns\.[a-z0-9-]+\.amazonaws\.com(\.cn)?/\?`)
)

// maxCertificates is how many certificates are remembered; SNS changes its own rarely.
const maxCertificates = 20

// sns reads what Amazon SES posts through SNS. A signature proves that SNS sent it, not
// that the topic is ours, so that is compared.
type sns struct {
	topic string
	roots *x509.CertPool // nil: the system's
	get   func(ctx context.Context, url string) ([]byte, error)
	now   func() time.Time
	log   *slog.Logger

	mu           sync.Mutex
	certificates map[string]certificate
}

// snsMessage is the envelope (docs.aws.amazon.com/sns: "Verifying the signatures").
type snsMessage struct {
	Type, MessageID, TopicArn, Message, Timestamp string
	Subject                                       *string
	Token, SubscribeURL                           string
	SignatureVersion, Signature, SigningCertURL   string
}

// UnmarshalJSON takes the names as SNS writes them, with Id and URL in capitals or not.
func (m *snsMessage) UnmarshalJSON(data []byte) error {
	var fields map[string]json.RawMessage
	if err := json.Unmarshal(data, &fields); err != nil {
		return err
	}
	for name, into := range map[string]any{
		"Type": &m.Type, "MessageId": &m.MessageID, "TopicArn": &m.TopicArn, "Message": &m.Message, "Timestamp": &m.Timestamp,
		"Subject": &m.Subject, "Token": &m.Token, "SubscribeURL": &m.SubscribeURL, "SignatureVersion": &m.SignatureVersion,
		"Signature": &m.Signature, "SigningCertURL": &m.SigningCertURL,
	} {
		if raw, ok := fields[name]; ok {
			if err := json.Unmarshal(raw, into); err != nil {
				return err
			}
		}
	}
	return nil
}

// signed is what the signature is over: pairs of a name and a value, a line each.
func (m *snsMessage) signed() string {
	pairs := []string{"Message", m.Message, "MessageId", m.MessageID}
	if m.Type == "Notification" {
		if m.Subject != nil {
			pairs = append(pairs, "Subject", *m.Subject)
		}
		pairs = append(pairs, "Timestamp", m.Timestamp)
	} else {
		pairs = append(pairs, "SubscribeURL", m.SubscribeURL, "Timestamp", m.Timestamp, "Token", m.Token)
	}
	pairs = append(pairs, "TopicArn", m.TopicArn, "Type", m.Type)
	return strings.Join(pairs, "\n") + "\n"
}

func (s *sns) read(r *http.Request, body []byte) ([]Event, error) {
	var m snsMessage
	if err := decode(body, &m); err != nil {
		return nil, err
	}
	if m.TopicArn != s.topic || s.topic == "" {
		return nil, fmt.Errorf("%w: the topic is not bounces.webhooks.ses.topic", errCredentials)
	}
	if err := s.verify(r.Context(), &m); err != nil {
		return nil, err
	}
	switch m.Type {
	case "SubscriptionConfirmation":
		if !subscribeURL.MatchString(m.SubscribeURL) {
			return nil, fmt.Errorf("%w: its subscription is to be confirmed elsewhere", errCredentials)
		}
		if _, err := s.get(r.Context(), m.SubscribeURL); err != nil {
			return nil, fmt.Errorf("confirm the subscription: %w", err)
		}
		s.log.Info("confirmed that SNS may post", "provider", "ses", "topic", m.TopicArn)
		return nil, nil
	case "Notification":
	default:
		return nil, nil
	}
	var event inbox.SESEvent
	if err := json.Unmarshal([]byte(m.Message), &event); err != nil {
		return nil, nil //nolint:nilerr // SES's word that the topic is set up is prose
	}
	return []Event{{ID: m.MessageID, Findings: withMessageID(event.Findings(), event.MessageID()), Path: event.Mail.Source}}, nil
}

func (s *sns) verify(ctx context.Context, m *snsMessage) error {
	host := certificateURL.FindStringSubmatch(m.SigningCertURL)
	if host == nil {
		return fmt.Errorf("%w: its certificate is not SNS's", errCredentials)
	}
	signature, err := base64.StdEncoding.DecodeString(m.Signature)
	if err != nil {
		return fmt.Errorf("%w: no signature", errCredentials)
	}
	key, err := s.certificate(ctx, m.SigningCertURL, host[1])
	if err != nil {
		return err
	}
	hash := crypto.SHA256
	var digest []byte
	switch m.SignatureVersion {
	case "1":
		sum := sha1.Sum([]byte(m.signed())) //nolint:gosec // as above
		hash, digest = crypto.SHA1, sum[:]
	case "2":
		sum := sha256.Sum256([]byte(m.signed()))
		digest = sum[:]
	default:
		return fmt.Errorf("%w: signature version %.10q", errCredentials, m.SignatureVersion)
	}
	if rsa.VerifyPKCS1v15(key, hash, digest, signature) != nil {
		return fmt.Errorf("%w: wrong signature", errCredentials)
	}
	return nil
}

// withMessageID says of findings which mail they are about.
func withMessageID(all []inbox.Finding, messageID string) []inbox.Finding {
	for i := range all {
		all[i].MessageID = strings.Trim(messageID, "<> ")
	}
	return all
}
