package inbox

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strings"
	"time"
	"unicode/utf8"

	"cunwu/model"
)

// entry is one thing to keep: a delivery, or an authentic push that could not
// be read. Exactly one of the two is set. It is what a spool record holds.
type entry struct {
	In  *model.Incoming    `json:"in,omitempty"`
	Raw *model.RawDelivery `json:"raw,omitempty"`
}

// id is the identity over all re-deliveries.
func (e entry) id() string {
	if e.Raw != nil {
		return "\x00" + e.Raw.ID
	}
	return e.In.Account + "\x00" + e.In.Key
}

// at orders the spool.
func (e entry) at() time.Time {
	if e.Raw != nil {
		return e.Raw.ReceivedAt.Time
	}
	return e.In.SentAt
}

func decodeEntry(payload []byte) (e entry, ok bool) {
	err := json.Unmarshal(payload, &e)
	return e, err == nil && (e.In == nil) != (e.Raw == nil)
}

// rawEntry names an unreadable push by what it is, so that its re-deliveries
// are one.
func rawEntry(account, reason string, body []byte, at time.Time) entry {
	sum := sha256.Sum256(append([]byte(account+"\x00"), body...))
	return entry{Raw: &model.RawDelivery{ID: hex.EncodeToString(sum[:16]), Account: account,
		ReceivedAt: model.At(at), Reason: cut(reason, 255), Body: body}}
}

// fits says whether the columns take it: what they refuse now they would refuse
// for ever, and stop the spool.
func fits(in model.Incoming) bool {
	short := func(text string, limit int) bool { return len(text) <= limit && utf8.ValidString(text) }
	return in.Key != "" && short(in.Account, 64) && short(in.OpenID, 64) && short(in.Key, 128) && short(in.Kind, 32)
}

func cut(text string, limit int) string {
	runes := []rune(strings.ToValidUTF8(text, "\uFFFD"))
	return string(runes[:min(len(runes), limit)])
}
