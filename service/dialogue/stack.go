package dialogue

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/help"
)

// What may be asked, or be going on, in a dialogue.
const (
	askVillage    = "which_village"
	askJoin       = "join_or_new"
	askAccused    = "accused"
	askDanger     = "danger"
	askPick       = "pick"
	askConfirm    = "confirm"
	askVerdict    = "which_verdict"
	askStars      = "stars"
	askMember     = "household"
	askSwitch     = "switch"
	askCase       = "which_case"
	askPoll       = "which_poll"
	askBallot     = "ballot" // what to choose in a roll-call poll
	askCast       = "cast"   // whether to hand it in
	askDeny       = "deny"   // which vote wasn't the sender's
	askDisclosure = "which_disclosure"
	askQuestion   = "question"     // the next words ask about a disclosure
	inClaim       = "claim"        // the next voice or picture answers a case
	inCalls       = "calls"        // the call list as it was shown, for 已告 N
	inPrivate     = "confidential" // everything goes to the township until 完
)

// frame is a question with all that its answer needs. Frames lie on a stack: a
// question that came between leaves the earlier one waiting below it.
type frame struct {
	Kind     string
	AskedAt  time.Time
	DueAt    time.Time // silence until then is an answer too; zero: it waits
	Prompt   string
	Speaker  model.Person     // who it was asked; the person speaking now unless named
	Case     casework.Ref     `json:",omitzero"`
	Number   int64            `json:",omitzero"`
	Messages []casework.Said  `json:",omitempty"`
	Incoming []model.Incoming `json:",omitempty"` // kept whole until it is known which village they are for
	Accused  []string         `json:",omitempty"`
	Heed     help.Heed        `json:",omitzero"`
	Text     string           `json:",omitempty"` // what was meant, for when the answer is known
	Options  []option         `json:",omitempty"`
}

// option is what a digit may choose.
type option struct {
	Label  string
	Case   casework.Ref `json:",omitzero"`
	Number int64        `json:",omitzero"`
	Actor  model.Person `json:",omitzero"`
	ID     string       `json:",omitempty"`
}

type stack []frame

const deepest = 6 // frames; an older one than that has been forgotten by its person too

// top is the question that a digit answers, or nil.
func (s stack) top() *frame {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].Kind != inClaim && s[i].Kind != inPrivate && s[i].Kind != inCalls && s[i].Kind != askQuestion {
			return &s[i]
		}
	}
	return nil
}

func (s stack) find(kind string) *frame {
	for i := len(s) - 1; i >= 0; i-- {
		if s[i].Kind == kind {
			return &s[i]
		}
	}
	return nil
}

// carries says whether dropping the frame would lose something that was said.
func (f frame) carries() bool {
	return len(f.Messages) > 0 || len(f.Incoming) > 0 || f.Kind == askDanger || f.Kind == inPrivate || f.Kind == askDispute
}

// ask puts a question; one of the same kind before it is replaced unless it
// carries words.
func (t *turn) ask(f frame, life time.Duration) string {
	f.AskedAt = t.now()
	if f.Speaker.Zero() {
		f.Speaker = t.actor.Person()
	}
	if life > 0 {
		f.DueAt = f.AskedAt.Add(life)
	}
	kept := t.stack[:0:0]
	for _, old := range t.stack {
		if old.carries() || old.Kind != f.Kind {
			kept = append(kept, old)
		}
	}
	t.stack = append(kept, f)
	for i := 0; len(t.stack) > deepest && i < len(t.stack); i++ {
		if !t.stack[i].carries() {
			t.stack = append(t.stack[:i], t.stack[i+1:]...)
			i--
		}
	}
	return f.Prompt
}

// drop takes the frame of this kind that lies highest off the stack.
func (t *turn) drop(kind string) {
	for i := len(t.stack) - 1; i >= 0; i-- {
		if t.stack[i].Kind == kind {
			t.stack = append(t.stack[:i], t.stack[i+1:]...)
			return
		}
	}
}

// then answers, and reminds of the question that still waits below.
func (t *turn) then(reply string) string {
	if below := t.stack.top(); below != nil && below.carries() && below.Prompt != "" {
		return reply + "\n\n" + below.Prompt
	}
	return reply
}

// load reads the state; the row was created and locked by the delivery, or is by
// now.
func (t *turn) load(ctx context.Context) error {
	row, read := model.Expected[model.Dialogue](ctx, model.DialogueKey(t.in.Account, t.in.OpenID))
	t.row = row
	var err error
	if !read {
		t.row = model.Dialogue{}
		err = t.store.Locked(ctx).Take(&t.row, "account = ? AND openid = ?", t.in.Account, t.in.OpenID).Error
	}
	if errors.Is(err, gorm.ErrRecordNotFound) {
		t.row = model.Dialogue{Account: t.in.Account, OpenID: t.in.OpenID}
		err = t.store.DB(ctx).Create(&t.row).Error
	}
	if err != nil {
		return err
	}
	t.stack, t.shown = nil, map[string]string{}
	for _, part := range []struct {
		text string
		into any
	}{{t.row.Data, &t.stack}, {t.row.Shown, &t.shown}} {
		if part.text == "" {
			continue
		}
		if err := json.Unmarshal([]byte(part.text), part.into); err != nil {
			return err
		}
	}
	t.expire()
	return nil
}

// expire forgets what is too old to be meant.
func (t *turn) expire() {
	if claim := t.stack.find(inClaim); claim != nil && t.now().After(claim.DueAt) {
		t.drop(inClaim)
	}
}

// save writes the state if the turn changed it.
func (t *turn) save(ctx context.Context) error {
	data, err := encode(t.stack, len(t.stack) == 0)
	if err != nil {
		return err
	}
	today := t.now().Format("2006-01-02")
	for id, day := range t.shown {
		if day != today {
			delete(t.shown, id)
		}
	}
	shown, err := encode(t.shown, len(t.shown) == 0)
	if err != nil || data == t.row.Data && shown == t.row.Shown {
		return err
	}
	next := model.Dialogue{Data: data, Shown: shown, UpdatedAt: model.At(t.now())}
	if top := t.stack.top(); top != nil {
		next.Question, next.AskedAt = top.Kind, model.At(top.AskedAt)
	}
	for _, f := range t.stack {
		if !f.DueAt.IsZero() && (next.DueAt.IsZero() || f.DueAt.Before(next.DueAt.Time)) {
			next.DueAt = model.At(f.DueAt)
		}
	}
	return t.store.DB(ctx).Model(&t.row).Select("question", "data", "asked_at", "due_at", "shown", "updated_at").Updates(&next).Error
}

func encode(v any, empty bool) (string, error) {
	if empty {
		return "", nil
	}
	data, err := json.Marshal(v)
	return string(data), err
}
