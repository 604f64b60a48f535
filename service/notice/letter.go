package notice

import (
	"context"
	"time"

	"cunwu/model"
)

// letter is what goes out by a route.
type letter struct {
	Outgoing
	rest      int           // how many more it announces, because the slots are over
	announced bool          // it only announces: the notice itself stays held
	follow    *model.Notice // the voice or picture that comes after it
	unknown   bool          // nobody knows whether it arrived
}

// compose makes the letter for this route. The last open slot of a chat says
// what is left to be fetched by a word.
func (s *Service) compose(ctx context.Context, j *job, r *route, now time.Time) (letter, error) {
	n := j.n
	l := letter{Outgoing: Outgoing{Account: r.to.Account, OpenID: r.to.OpenID, Channel: r.channel, TemplateID: r.templateID,
		VillageID: n.VillageID, NoticeID: n.ID, At: n.CreatedAt.Time}}
	number, err := s.number(ctx, n)
	if err != nil {
		return l, err
	}
	l.CaseNumber = number
	l.follow = s.follow(j, number)
	name, err := s.addressee(ctx, n, r.to)
	if err != nil {
		return l, err
	}
	text := n.Text + j.enclosed.words(n.Text == "")
	tail := ""
	if r.channel == model.ChannelChat {
		if tail, err = s.tail(ctx, j, r.to, &l, now); err != nil {
			return l, err
		}
	}
	if text == "" && !l.announced {
		l.Media = j.file
		return l, nil
	}
	l.Text = fit(address(name), text, tail)
	return l, nil
}

// tail is what the last open slot adds. A text whose voice follows needs two.
func (s *Service) tail(ctx context.Context, j *job, to *identity, l *letter, now time.Time) (string, error) {
	slots, needs, follows := to.openSlots(now)+j.beside, 1, 0
	if l.follow != nil {
		follows = 1
		if l.follow.Text == "" {
			needs = 2
		}
	}
	if slots > needs {
		return "", nil
	}
	recipients, err := s.recipients(ctx, to, j.n.Recipient)
	if err != nil {
		return "", err
	}
	others, err := s.restOf(ctx, recipients, now)
	if err != nil || slots == needs && slots == 2 && others == 0 {
		return "", err // text and voice just fit
	}
	l.rest = others + follows
	alone := j.n.Text == "" && j.file != nil // a voice carries no words: the announcement goes in its stead
	switch {
	case l.rest > 0 && alone:
		l.announced = true
		l.rest++
		return announcement(j.n.Role, l.rest), nil
	case l.rest > 0:
		return "\n" + announcement(j.n.Role, l.rest), nil
	case j.n.Question == "" && !alone:
		return "\n" + invitation(j.n.Role), nil
	}
	return "", nil
}

// restOf counts what waits for these recipients: held, or due now.
func (s *Service) restOf(ctx context.Context, recipients []string, now time.Time) (int, error) {
	var due, held int64
	if err := dueFor(s.store.DB(ctx), recipients, now).Count(&due).Error; err != nil {
		return 0, err
	}
	err := s.store.DB(ctx).Model(&model.Notice{}).Where("recipient IN ? AND state = ?", recipients, model.NoticeHeld).Count(&held).Error
	return int(due + held), err
}

// addressee is whom to name on a phone that several people share; empty: it is
// one person's.
func (s *Service) addressee(ctx context.Context, n *model.Notice, to *identity) (string, error) {
	person := model.ParseRecipient(n.Recipient)
	if to.Persons < 2 || person.ID == "" {
		return "", nil
	}
	var bound []model.Villager
	err := s.store.DB(ctx).Raw(`SELECT v.village_id, v.id, v.name FROM bindings b JOIN villagers v ON v.village_id = b.village_id AND v.id = b.villager_id
		WHERE b.account = ? AND b.openid = ? AND b.ended_at = 0`, to.Account, to.OpenID).Scan(&bound).Error
	own, others := "", false
	for _, v := range bound {
		if v.Person().Is(person) {
			own = v.Name
		}
	}
	for _, v := range bound { // one person of two villages is still one person
		others = others || v.Name != own
	}
	if !others {
		return "", err
	}
	return own, err
}
