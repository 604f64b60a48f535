package web

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"net/http"
	"net/url"
	"strings"

	qr "github.com/piglig/go-qr"

	"cunwu/model"
	"cunwu/service/session"
	"cunwu/service/throttle"
)

const codeDigits = 8 // of the code that the chat tells

// ownRoutes are what no room owns.
func (f *Frame) ownRoutes() []Route {
	const get, post = http.MethodGet, http.MethodPost
	routes := []Route{
		{Door: Public, Method: get, Path: "/signin", Do: signIn},
		{Door: Public, Method: get, Path: "/signin/weixin", Do: toWeixin},
		{Door: Public, Method: get, Path: "/signin/weixin/back", Do: fromWeixin},
		{Door: Public, Method: post, Path: "/signin/code", Do: byCode},
		{Door: Public, Method: get, Path: "/signin/scan", Do: askScan},
		{Door: Public, Method: post, Path: "/signin/scan", Do: finishScan},
		{Door: SignedIn, Method: get, Path: "/signin/second", Do: second},
		{Door: SignedIn, Method: post, Path: "/signin/second", Do: prove},
		{Door: SignedIn, Method: post, Path: "/signin/second/key", Do: enrol},
		{Door: SignedIn, Method: post, Path: "/signin/out", Do: signOut},
		{Door: Public, Method: post, Path: "/signin/size", Do: setSize, Plain: true},
	}
	if f.StandIn != "" {
		routes = append(routes, Route{Door: Public, Method: get, Path: "/signin/mini", Do: standIn})
	}
	return routes
}

// signInPage is how one may sign in. Account is empty where WeChat isn't set up.
type signInPage struct {
	To, Village string
	Account     string
	InWeChat    bool
}

func (v *Visit) signInPage(ctx context.Context) (signInPage, error) {
	p := signInPage{To: v.goal(), Village: v.c.Request.FormValue("village"), InWeChat: v.InWeChat()}
	if v.frame.Weixin == nil {
		return p, nil
	}
	p.Account = v.frame.Account
	if p.Village == "" {
		return p, nil
	}
	unit, err := v.frame.People.Get(ctx, p.Village)
	if unit.Account != "" {
		p.Account = unit.Account
	}
	if model.IsCode(err, model.Unknown) {
		err, p.Village = nil, ""
	}
	return p, err
}

// goal is where whoever signs in wanted to go; never to another site.
func (v *Visit) goal() string {
	if to := v.c.Request.FormValue("to"); ours(to) {
		return to
	}
	if village := v.c.Request.FormValue("village"); village != "" {
		return "/v/" + url.PathEscape(village)
	}
	return "/console"
}

// ours says whether an address is a page of this site.
func ours(to string) bool {
	u, err := url.Parse(to)
	return err == nil && u.Scheme == "" && u.Host == "" && u.User == nil && strings.HasPrefix(to, "/") &&
		!strings.HasPrefix(to, "//") && !strings.ContainsAny(to, "\\\r\n\t") && len(to) < 1024
}

func signIn(ctx context.Context, v *Visit) error {
	page, err := v.signInPage(ctx)
	if err != nil {
		return err
	}
	return v.Show("signin", "登录", page)
}

// toWeixin sends WeChat's browser to tell who reads. The state that must come back
// stands in a cookie of this browser, with where it wanted to go.
func toWeixin(ctx context.Context, v *Visit) error {
	page, err := v.signInPage(ctx)
	if err != nil {
		return err
	}
	if page.Account == "" {
		return model.Errorf(model.Invalid, wordsNoWeChat)
	}
	random := make([]byte, 16)
	_, _ = rand.Read(random) // never fails, see crypto/rand
	state := hex.EncodeToString(random)
	address, err := v.frame.Weixin.OAuthURL(page.Account, v.frame.BaseURL+"/signin/weixin/back", state)
	if err != nil {
		return err
	}
	v.setCookie(cookieOAuth, query("state", state, "account", page.Account, "to", page.To), signInLife)
	v.c.Redirect(http.StatusSeeOther, address)
	return nil
}

func fromWeixin(ctx context.Context, v *Visit) error {
	kept, err := url.ParseQuery(v.cookie(cookieOAuth))
	v.dropCookie(cookieOAuth)
	if err != nil || kept.Get("state") == "" || v.Query("state") != kept.Get("state") || v.Query("code") == "" {
		return model.Errorf(model.Invalid, wordsState)
	}
	signed, err := v.frame.Sessions.SignIn(ctx, session.SignIn{Door: session.DoorPage, Account: kept.Get("account"), Code: v.Query("code"), Label: v.browser()})
	if err != nil {
		return err
	}
	return v.signed(signed, kept.Get("to"))
}

// byCode signs in with the code that the chat told.
func byCode(ctx context.Context, v *Visit) error {
	page, err := v.signInPage(ctx)
	if err != nil {
		return err
	}
	if err := v.frame.count(ctx, "page/tries/"+throttle.Network(v.c.ClientIP()), v.frame.Limits.Tries); err != nil {
		return err
	}
	code := strings.Join(strings.Fields(v.Text("code")), "")
	if len(code) == codeDigits { // anything else is no guess
		if err := v.frame.count(ctx, "page/guesses", v.frame.Limits.Guesses); err != nil {
			return err
		}
	}
	signed, err := v.frame.Sessions.SignInByCode(ctx, code, v.browser())
	if err != nil {
		return v.Again(ctx, err, "signin", "登录", page)
	}
	return v.signed(signed, page.To)
}

// signed begins the session in this browser: always a new one, whatever the
// browser brought.
func (v *Visit) signed(s session.Signed, to string) error {
	v.setCookie(cookieSession, s.Token, sessionLife)
	if !ours(to) {
		to = "/console"
	}
	return v.Go(to, wordsSignedIn)
}

// scanPage shows the code that WeChat scans.
type scanPage struct {
	signInPage
	Code Drawing
}

// askScan shows a code; whoever scans it with WeChat is signed in here.
func askScan(ctx context.Context, v *Visit) error {
	page, err := v.signInPage(ctx)
	if err != nil {
		return err
	}
	if page.Account == "" {
		return model.Errorf(model.Invalid, wordsNoWeChat)
	}
	if err := v.frame.count(ctx, "page/tries/"+throttle.Network(v.c.ClientIP()), v.frame.Limits.Tries); err != nil {
		return err
	}
	secret, scene, err := v.frame.Sessions.AskScan(ctx, page.Account, v.browser())
	if err != nil {
		return err
	}
	content, err := v.frame.Weixin.SignInQR(ctx, page.Account, scene)
	if err != nil {
		return err
	}
	code, err := DrawCode(content)
	if err != nil {
		return err
	}
	v.setCookie(cookieScan, secret, signInLife)
	return v.Show("scan", "扫码登录", scanPage{page, code})
}

// finishScan signs in once the code was scanned. The page's script asks again and
// again; a hand taps.
func finishScan(ctx context.Context, v *Visit) error {
	signed, done, err := v.frame.Sessions.FinishScan(ctx, v.cookie(cookieScan))
	switch {
	case err != nil:
		return err
	case !done && v.Ticked("quiet"):
		v.c.Status(http.StatusAccepted)
		return nil
	case !done:
		return model.Errorf(model.TooEarly, wordsScanned)
	}
	v.dropCookie(cookieScan)
	if !v.Ticked("quiet") {
		return v.signed(signed, v.goal())
	}
	v.setCookie(cookieSession, signed.Token, sessionLife)
	v.tell(wordsSignedIn)
	v.c.Status(http.StatusNoContent)
	return nil
}

// secondPage asks for the code of the person's other device.
type secondPage struct {
	To     string
	Enrol  bool
	Code   Drawing
	Secret string // for whoever can't scan
}

func second(ctx context.Context, v *Visit) error {
	enrolled, err := v.frame.Sessions.SecondFactor(ctx, v.Sender)
	if err != nil {
		return err
	}
	return v.Show("second", wordsSecond, secondPage{To: v.goal(), Enrol: !enrolled})
}

// enrol shows a fresh key once; the one drawn before it is void.
func enrol(ctx context.Context, v *Visit) error {
	address, err := v.frame.Sessions.Enrol(ctx, v.Sender)
	if err != nil {
		return err
	}
	page := secondPage{To: v.goal(), Enrol: true}
	if u, err := url.Parse(address); err == nil {
		page.Secret = u.Query().Get("secret")
	}
	if page.Code, err = DrawCode(address); err != nil {
		return err
	}
	return v.Show("second", wordsSecond, page)
}

func prove(ctx context.Context, v *Visit) error {
	err := v.frame.Sessions.Prove(ctx, v.token, strings.Join(strings.Fields(v.Text("code")), ""))
	if err == nil {
		return v.Go(v.goal(), wordsProved)
	}
	page := secondPage{To: v.goal()}
	enrolled, looked := v.frame.Sessions.SecondFactor(ctx, v.Sender)
	if looked != nil {
		return looked
	}
	page.Enrol = !enrolled // the picture stays as it was scanned: one page back
	return v.Again(ctx, err, "second", wordsSecond, page)
}

func signOut(ctx context.Context, v *Visit) error {
	if err := v.frame.Sessions.End(ctx, v.Sender, v.Session.ID); err != nil {
		return err
	}
	v.dropCookie(cookieSession)
	return v.Go("/signin?"+query("to", v.goal(), "village", v.c.Request.FormValue("village")), wordsSignOut)
}

func setSize(_ context.Context, v *Visit) error {
	v.setCookie(cookieSize, v.Text("size"), sizeLife)
	return v.Go(v.goal(), "")
}

// browser is what the person finds in the list of sessions: what the browser runs on.
func (v *Visit) browser() string {
	agent := v.c.Request.UserAgent()
	on := "电脑浏览器"
	switch {
	case strings.Contains(agent, "iPhone") || strings.Contains(agent, "iPad"):
		on = "苹果手机"
	case strings.Contains(agent, "Android"):
		on = "安卓手机"
	case strings.Contains(agent, "Windows"):
		on = "Windows电脑"
	case strings.Contains(agent, "Macintosh"):
		on = "苹果电脑"
	}
	if v.InWeChat() {
		on += "的微信"
	}
	return on
}

// Drawing is a QR code as the path of an SVG: a square of Size modules.
type Drawing struct {
	Size int
	Path string
}

// DrawCode draws what a QR code holds, for {{template "code" .}}.
func DrawCode(content string) (Drawing, error) {
	code, err := qr.EncodeText(content, qr.Medium)
	if err != nil {
		return Drawing{}, err
	}
	const quiet = 4
	var b strings.Builder
	for y := range code.Size() {
		for x := 0; x < code.Size(); x++ {
			long := 0 // modules side by side are one piece
			for x+long < code.Size() && code.Module(x+long, y) {
				long++
			}
			if long > 0 {
				b.WriteString("M" + number(x+quiet) + " " + number(y+quiet) + "h" + number(long) + "v1h-" + number(long) + "z")
				x += long
			}
		}
	}
	return Drawing{code.Size() + 2*quiet, b.String()}, nil
}
