package session

import (
	"context"
	"errors"
	"strings"
	"time"
	"unicode"

	"cunwu/model"
	"cunwu/service/village"
)

// SignIn is a code that WeChat gave the person's phone. Account is the official
// account's app id, for the door page; Label is what the phone calls itself.
type SignIn struct {
	Door, Account, Code, Label string
}

// Signed is somebody signed in. The token is told this once.
type Signed struct {
	Token   string
	Session model.Session
	Sender  *village.Sender
}

// SignIn asks WeChat who it is and begins a session. What is bound to another
// account's sender of the same human is bound to this one from now on. Errors:
// Invalid (the code is used up: sign in anew), Forbidden (no real person), TooMany,
// Away.
func (s *Service) SignIn(ctx context.Context, in SignIn) (Signed, error) {
	who, err := s.ask(ctx, in)
	if err != nil {
		return Signed{}, err
	}
	sender, err := s.meet(ctx, who)
	if err != nil {
		return Signed{}, err
	}
	return s.begin(ctx, sender, in.Door, in.Label, s.store.Now())
}

// begin begins a session of the sender, as of when the human asked for it: whatever
// signs them out after that ends it, whichever is committed first.
func (s *Service) begin(ctx context.Context, sender *village.Sender, door, text string, asked time.Time) (Signed, error) {
	who := sender.Identity
	owner := ownerOf(who.Account, who.OpenID)
	token := newToken(owner)
	now := s.store.Now()
	kept := model.Session{Owner: owner, ID: idOf(token), Account: who.Account, OpenID: who.OpenID, Door: door,
		Label: label(text), CreatedAt: model.At(asked), SeenAt: model.At(now), ExpiresAt: model.At(now.Add(life))}
	if err := s.keeper.Put(ctx, kept, person); err != nil {
		return Signed{}, away(err)
	}
	return Signed{Token: token, Session: kept, Sender: sender}, nil
}

func (s *Service) ask(ctx context.Context, in SignIn) (Identity, error) {
	var who Identity
	var err error
	switch in.Door {
	case DoorMini:
		who, err = s.weixin.MiniLogin(ctx, in.Code)
	case DoorPage:
		who, err = s.weixin.PageLogin(ctx, in.Account, in.Code)
	default:
		return who, model.Errorf(model.Invalid, "请从微信里打开再登录")
	}
	switch {
	case err != nil:
		return who, refusal(err)
	case who.Snapshot:
		return who, model.Errorf(model.Forbidden, "这是微信的预览页面，认不出您是谁。请点右下角“使用完整服务”再登录")
	case who.Account == "" || who.OpenID == "":
		return who, model.Errorf(model.Invalid, "没有认出您的微信，请重新登录")
	}
	return who, nil
}

// meet finds the sender, and learns whose other senders they are.
func (s *Service) meet(ctx context.Context, who Identity) (*village.Sender, error) {
	var sender *village.Sender
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		var err error
		if sender, err = s.people.Sender(ctx, who.Account, who.OpenID, s.home(who.Account)); err != nil {
			return err
		}
		known := sender.Identity
		if known.UnionID == who.UnionID && !known.UnionCheckedAt.IsZero() || who.UnionID == "" && known.UnionID != "" {
			return nil
		}
		if err := s.people.LearnUnion(ctx, who.Account, who.OpenID, who.UnionID); err != nil {
			return err
		}
		sender, err = s.people.Sender(ctx, who.Account, who.OpenID, s.home(who.Account))
		return err
	})
	return sender, err
}

// Phone is the number that the person confirmed to WeChat, for the code of the
// mini-program's phone button. The number alone proves nobody's identity.
func (s *Service) Phone(ctx context.Context, code string) (string, error) {
	phone, err := s.weixin.Phone(ctx, code)
	if err != nil {
		return "", refusal(err)
	}
	return phone, nil
}

// refusal is WeChat's error for the person who reads it.
func refusal(err error) error {
	if known := model.AsError(err); known != nil {
		return known
	}
	var send *model.SendError
	if errors.As(err, &send) {
		switch send.Class {
		case model.SendRecipient:
			return model.Errorf(model.Forbidden, "微信没有让这个账号登录，请到微信“安全中心”查看，或当面找网格员").Because(err)
		case model.SendQuota:
			return model.Errorf(model.TooMany, "登录太频繁，请过一分钟再试").Because(err)
		}
	}
	return model.Errorf(model.Away, "微信暂时没有回应，请过一会儿再试").Because(err)
}

func label(text string) string {
	text = strings.Map(func(r rune) rune {
		if !unicode.IsGraphic(r) && !unicode.IsSpace(r) { // such as what turns the writing round
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, ""))
	text = strings.Join(strings.Fields(text), " ")
	if runes := []rune(text); len(runes) > labelMax {
		return string(runes[:labelMax])
	}
	return text
}
