package casework

import (
	"context"
	"fmt"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

// What a notice may ask; a digit from the person answers it.
const (
	QuestionVerdict   = "verdict"
	QuestionAskedBack = "asked_back"
)

// message is something to tell somebody about a case.
type message struct {
	what     string // which event of the case; without a slash each telling is another
	to       model.Person
	role     string
	question string
	text     line
	mediaID  string
	delay    time.Duration // joins what is told within it
}

// line is a text in which the case is called by label: #3, or #云溪3 for whoever
// serves several villages.
type line func(label string) string

func event(c *model.Case, what string) string { return "case/" + c.ID + "/" + what }

// repliedEvent names the last answer, so that its delivery can be asked for.
func repliedEvent(c *model.Case) string {
	return event(c, "replied/"+c.ReplyID)
}

// tellHandler tells whoever must act. Of a confidential or neutral case the
// notice only says that it is there.
func (s *Service) tellHandler(ctx context.Context, c *model.Case, what string, text line, mediaID string) error {
	if c.HandlerID == "" {
		return nil
	}
	return s.tell(ctx, c, message{what: what, to: c.Handler(), role: "handler", text: text, mediaID: mediaID})
}

// tellAsker tells the asker.
func (s *Service) tellAsker(ctx context.Context, c *model.Case, m message) error {
	m.to, m.role = c.Asker(), notice.RoleAsker
	return s.tell(ctx, c, m)
}

// tellSigners tells whoever signed a group appeal how it went: they are asked
// nothing, their speaker is.
func (s *Service) tellSigners(ctx context.Context, c *model.Case, m message) error {
	signers, err := s.signers(ctx, c)
	if err != nil {
		return err
	}
	for _, signer := range signers {
		m.to, m.role = signer, notice.RoleAsker
		if err := s.tell(ctx, c, m); err != nil {
			return err
		}
	}
	return nil
}

// tellReply gives the answer and asks for the verdict, in one message. Who spoke
// and gets only words is put on the call list as well, to have them read out.
func (s *Service) tellReply(ctx context.Context, actor model.Actor, c *model.Case, said Said) error {
	what := "replied/" + c.ReplyID
	err := s.tellAsker(ctx, c, message{what: what, question: QuestionVerdict, text: replyText(c, actor, said), mediaID: said.MediaID})
	if err == nil {
		err = s.tellSigners(ctx, c, message{what: what + "/signer", text: answerText(c, actor, said), mediaID: said.MediaID})
	}
	if err == nil {
		err = s.tellHelper(ctx, c, message{what: what + "/helper", text: answerText(c, actor, said), mediaID: said.MediaID})
	}
	if err == nil && !c.Handler().Is(actor.Person()) {
		err = s.tellHandler(ctx, c, "answered", answeredText(actor), "")
	}
	if err != nil || !c.Spoken || said.MediaID != "" || hidden(c) {
		return err
	}
	return s.notices.ToCall(ctx, notice.Note{VillageID: c.VillageID, To: c.Asker(), Event: event(c, "readout/"+what), Role: "asker",
		CaseID: c.ID, Private: private(c), Text: readOutText(c, said)})
}

func (s *Service) tell(ctx context.Context, c *model.Case, m message) error {
	label, err := s.label(ctx, c, m)
	if err != nil {
		return err
	}
	n := notice.Note{VillageID: c.VillageID, To: m.to, Event: event(c, m.what), Role: m.role, CaseID: c.ID,
		Question: m.question, Urgent: c.Urgent, Private: private(c), Text: m.text(label), MediaID: m.mediaID, Delay: m.delay}
	if hidden(c) {
		n.Text, n.MediaID, n.Question = hiddenText(c, m.role, label), "", ""
	}
	if c.Neutral && m.role == notice.RoleAsker {
		n.Role = notice.RoleOther // that she asked is nobody's business either: not on the call list
	}
	if m.delay > 0 {
		return s.notices.Append(ctx, n)
	}
	if !strings.Contains(m.what, "/") {
		n.Event += "/" + model.NewID()
	}
	return s.notices.Put(ctx, n)
}

// private says whether lists must not show what the notices of a case say: the
// accused look at lists too.
func private(c *model.Case) bool { return hidden(c) || c.AccusedIDs != "" }

// hidden says whether notices must not tell what the case is about: phones lie
// on tables.
func hidden(c *model.Case) bool { return c.Confidential || c.Neutral }

// label is how the receiver calls the case.
func (s *Service) label(ctx context.Context, c *model.Case, m message) (string, error) {
	if m.role == "asker" {
		return fmt.Sprintf("#%d", c.Number), nil
	}
	several, err := s.servesSeveral(ctx, m.to)
	if err != nil || !several {
		return fmt.Sprintf("#%d", c.Number), err
	}
	unit, err := s.people.Get(ctx, c.VillageID)
	return Label(unit, c.Number), err
}

// Label is a case's name for whoever serves several villages: #云溪3.
func Label(unit model.Village, number int64) string {
	return fmt.Sprintf("#%s%d", ShortName(unit.Name), number)
}

// ShortName is a village's name without 村, as people write it before a number.
func ShortName(name string) string {
	if short := strings.TrimSuffix(name, "村"); short != "" {
		return short
	}
	return name
}

// servesSeveral says whether the person's WeChat identities act for more than
// one village.
func (s *Service) servesSeveral(ctx context.Context, person model.Person) (bool, error) {
	key, tables := "casework/serves/"+person.Recipient(), []string{"bindings", "role_grants", "villages"}
	return model.Once(ctx, key, tables, func() (bool, error) {
		var villages int64
		err := s.store.DB(ctx).Raw(`SELECT COUNT(DISTINCT w.id) FROM bindings b
		JOIN bindings o ON o.account = b.account AND o.openid = b.openid AND o.ended_at = 0
		JOIN role_grants g ON g.village_id = o.village_id AND g.villager_id = o.villager_id AND g.live = 'live'
		JOIN villages w ON w.id = g.village_id AND w.kind = 'village' OR w.township_id = g.village_id
		WHERE b.village_id = ? AND b.villager_id = ? AND b.ended_at = 0`, person.VillageID, person.ID).Scan(&villages).Error
		return villages > 1, err
	})
}
