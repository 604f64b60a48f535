package web_test

import (
	"net/url"
	"regexp"
	"strings"
	"testing"

	"cunwu/handler/handlertest"
	"cunwu/model"
)

// chatCode is what 登录 in the chat answers to a person of the roll.
func chatCode(h *handlertest.House, unit, name string) string {
	h.T.Helper()
	p := h.Person(unit, name)
	_, err := h.People.BindInPerson(h.Ctx, model.Console(), p, handlertest.Official, "o"+p.ID)
	h.OK(err)
	sender, err := h.People.Sender(h.Ctx, handlertest.Official, "o"+p.ID, "")
	h.OK(err)
	code, err := h.Deps.Sessions.ChatCode(h.Ctx, sender)
	h.OK(err)
	return code
}

func county(t *testing.T) *handlertest.House {
	h := handlertest.New(t)
	h.Settle("yunxi", "张明", "王小草")
	h.Grant("yunxi", "张明", model.RoleBranchSecretary)
	return h
}

func TestSignInByTheCodeOfTheChat(t *testing.T) {
	h := county(t)
	code := chatCode(h, "yunxi", "张明")
	b := h.Browser()
	page := b.Get("/console/yunxi").Want(200, "登录码", "发两个字")
	page = page.Submit("登录", "code", "00000000").Want(422)
	page.Submit("登录", "code", code[:4]+" "+code[4:]).Want(200, "登录好了", "张明")
	h.Browser().Get("/signin").Submit("登录", "code", code).Want(422) // it works once
	out := b.Get("/console/yunxi").Submit("退出").Want(200, "已退出登录")
	if !strings.HasPrefix(out.Path, "/signin") {
		t.Errorf("ended up at %s", out.Path)
	}
	b.Get("/console/yunxi").Want(200, "用登录码登录")
}

func TestSignInByScanning(t *testing.T) {
	h := county(t)
	b := h.Browser()
	page := b.Get("/signin").Follow("扫码登录").Want(200, "扫一扫")
	page.Submit("我扫好了").Want(425, "还没有扫码")
	scene := h.Scene()
	p := h.Person("yunxi", "张明")
	_, err := h.People.BindInPerson(h.Ctx, model.Console(), p, handlertest.Official, "o"+p.ID)
	h.OK(err)
	sender, err := h.People.Sender(h.Ctx, handlertest.Official, "o"+p.ID, "")
	h.OK(err)
	label, err := h.Deps.Sessions.Scanned(h.Ctx, sender, scene)
	h.OK(err)
	if label != "电脑浏览器" {
		t.Errorf("the chat would say %q", label)
	}
	h.Browser().Get("/signin").Follow("扫码登录").Submit("我扫好了").Want(425) // another browser gets nothing
	b.Post("/signin/scan", url.Values{"to": {"/console"}}).Want(200, "登录好了", "张明")
}

func TestSignInInWeChat(t *testing.T) {
	h := county(t)
	b := h.Browser()
	away := b.Get("/signin/weixin?village=yunxi&to=/console/yunxi").Want(303)
	to, err := url.Parse(away.Header.Get("Location"))
	h.OK(err)
	back, state := to.Query().Get("redirect_uri"), to.Query().Get("state")
	if back != handlertest.Origin+"/signin/weixin/back" {
		t.Errorf("WeChat would send people to %s", back)
	}
	p := h.Person("yunxi", "张明")
	_, err = h.People.BindInPerson(h.Ctx, model.Console(), p, handlertest.Official, "o"+p.ID)
	h.OK(err)
	// A code that somebody else's browser asked for signs nobody in here.
	h.Browser().Get("/signin/weixin/back?code=login-"+p.ID+"&state="+state).Want(422, "重新点一次")
	b.Get("/signin/weixin/back?code=login-"+p.ID+"&state="+state).Want(200, "登录好了", "张明")
	b.Get("/signin/weixin/back?code=login-" + p.ID + "&state=" + state).Want(422) // the state works once
}

// The township sees several villages: WeChat alone isn't enough there.
func TestTheTownshipProvesItselfTwice(t *testing.T) {
	h := county(t)
	h.Grant("xishan", "赵镇", model.RoleTownship)
	b := h.Browser()
	page := b.Get("/signin?to=/console/yunxi").Submit("登录", "code", chatCode(h, "xishan", "赵镇")).Want(200, "再验证一次").Submit("登记验证器").Want(200, "扫这个码")
	secret := regexp.MustCompile(`class="hash">([A-Z2-7]+)<`).FindStringSubmatch(page.Body)
	if secret == nil {
		t.Fatalf("no secret to type: %s", page.Text())
	}
	page = page.Submit("核对", "code", "000000").Want(422, "动态码不对")
	page.Submit("核对", "code", h.TimeCode(secret[1])).Want(200, "今天要办的")
	b.Get("/console/shiqiao").Want(200, "今天要办的")
	// A new browser has to give it again, and isn't shown the secret any more.
	again := h.Browser().Get("/signin?to=/console/yunxi").Submit("登录", "code", chatCode(h, "xishan", "赵镇")).Want(200, "再验证一次")
	again.Lacks(secret[1])
}

func TestNobodyIsLedAway(t *testing.T) {
	h := county(t)
	for _, to := range []string{"https://evil.example/", "//evil.example", "/\\evil.example", "javascript:alert(1)", "/\t/evil.example", "\\\\evil.example", "/ok\r\nSet-Cookie: a=b"} {
		page := h.Browser().Get("/signin?" + url.Values{"to": {to}}.Encode())
		done := page.Submit("登录", "code", chatCode(h, "yunxi", "张明")).Want(200, "登录好了")
		if !strings.HasPrefix(done.Path, "/console") {
			t.Errorf("%q led to %s", to, done.Path)
		}
	}
}
