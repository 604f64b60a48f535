package dialogue_test

import (
	"context"
	"regexp"
	"strings"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/service/dialogue"
	"cunwu/service/help"
	"cunwu/service/session"
)

// newBrowserPlace is a place where browsers may sign in.
func newBrowserPlace(t *testing.T) (*place, *session.Service) {
	t.Helper()
	p := newPlace(t)
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	p.must(err)
	sessions := session.New(p.store, session.NewSQL(p.store), nil, p.people, session.Options{Keys: keys})
	p.chat = dialogue.New(p.store, dialogue.Rooms{People: p.people, Cases: p.cases, Help: help.New(p.store, p.cases, p.people), Notices: p.notices,
		Media: p.media, Members: p.members, Polls: p.polls, Public: p.public, Sessions: sessions}, func(string) string { return p.home })
	return p, sessions
}

// toldCode is the code in the last answer.
func (p *place) toldCode() string {
	p.t.Helper()
	m := regexp.MustCompile(`登录码 (\d{4}) (\d{4})，`).FindStringSubmatch(p.last.Text)
	if m == nil {
		p.t.Fatalf("no code in:\n%s", p.last.Text)
	}
	return m[1] + m[2]
}

func signedIn(sessions *session.Service, token string) (name string, in bool) {
	_, sender, err := sessions.Who(context.Background(), token)
	if err != nil {
		return "", false
	}
	return sender.Actor.Name, true
}

func TestTheChatTellsACodeForTheBrowser(t *testing.T) {
	p, sessions := newBrowserPlace(t)
	p.play(`
		王小草: 登录。
		< 登录码
		< 5分钟内有效，只能用一次
		< 村干部也不会问您要
	`)
	first := p.toldCode()
	p.play(`王小草: 登陆`)
	second := p.toldCode()
	p.clock.Advance(time.Second)
	if _, err := sessions.SignInByCode(t.Context(), first, "电脑"); !model.IsCode(err, model.Invalid) {
		t.Errorf("the earlier code: %v", err)
	}
	signed, err := sessions.SignInByCode(t.Context(), second, "电脑")
	p.must(err)
	if name, _ := signedIn(sessions, signed.Token); name != "王小草" {
		t.Errorf("%q is signed in", name)
	}
	p.play(`
		路人: 登录
		< 登录码
		路人: 登录不了怎么办
		< 编号 #1
		王小草: 保密
		王小草: 登录
		< 已交给镇里
		王小草: 全部退出
		< 全部退出了
	`)
	p.clock.Advance(time.Second)
	if _, in := signedIn(sessions, signed.Token); in {
		t.Error("still signed in")
	}
	p.play(`
		王小草: 完
		< 已交给镇里
	`)
}

func TestScanningSignsTheBrowserInAndSaysSo(t *testing.T) {
	p, sessions := newBrowserPlace(t)
	ask := func(label string) (secret, scene string) {
		secret, scene, err := sessions.AskScan(t.Context(), account, label)
		p.must(err)
		return secret, scene
	}
	secret, scene := ask("Windows 电脑")
	p.play(`
		王小草: [扫码 ` + scene + `]
		< 您正在网页上登录（Windows 电脑）
		< 请马上回：全部退出
		陈勇: [扫码 ` + scene + `]
		< 已经有人扫过
		<! 您正在
	`)
	signed, done, err := sessions.FinishScan(t.Context(), secret)
	p.must(err)
	if name, _ := signedIn(sessions, signed.Token); !done || name != "王小草" {
		t.Errorf("%q is signed in: %v", name, done)
	}

	secret, scene = ask("") // a newcomer follows by scanning
	p.play(`
		路人: [关注 ` + scene + `]
		< 您正在网页上登录（电脑或手机的浏览器）
		< 您好，这里是云溪村
		路人: 全部退出
		< 二维码也作废了
	`)
	if _, done, err = sessions.FinishScan(t.Context(), secret); done || !model.IsCode(err, model.Invalid) {
		t.Errorf("after 全部退出: %v, %v", done, err)
	}

	_, scene = ask("") // too late; what was being asked still is
	p.play(`
		王小草: 张明贪污了修路的钱
		< 请选
		+6m
		王小草: [扫码 ` + scene + `]
		< 过期了
		王小草: 1
		< 已交给镇里
		新人: [关注 ` + scene + `]
		< 过期了
		< 您好
	`)
}

func TestWithoutTheRoomTheChatSaysSo(t *testing.T) {
	newPlace(t).play(`
		王小草: 登录
		< 不能在网页上登录
		王小草: 全部退出
		< 不能在网页上登录
		王小草: [扫码 login_x]
		< 不能在网页上登录
	`)
}

// What the chat does for a sign-in is plain SQL of its own transaction: undone
// with it.
func TestACodeIsUndoneWithItsTurn(t *testing.T) {
	p, sessions := newBrowserPlace(t)
	var text string
	err := p.store.Tx(t.Context(), func(ctx context.Context) error {
		reply, err := p.chat.Turn(ctx, p.incoming("王小草: 登录"))
		p.must(err)
		text = reply.Text
		return model.Errorf(model.Conflict, "不办了")
	})
	if !model.IsCode(err, model.Conflict) || !strings.Contains(text, "登录码") {
		t.Fatal(err, text)
	}
	p.last.Text = text
	p.clock.Advance(time.Second)
	if _, err := sessions.SignInByCode(t.Context(), p.toldCode(), ""); !model.IsCode(err, model.Invalid) {
		t.Errorf("a code whose turn was undone: %v", err)
	}
}
