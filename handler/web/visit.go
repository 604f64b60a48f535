package web

import (
	"bytes"
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/model"
	"cunwu/service/once"
	"cunwu/service/village"
)

// Visit is one request for a page: who comes, to which village, with which form.
type Visit struct {
	c     *gin.Context
	frame *Frame
	room  *roomPages
	route Route
	token string

	Village  string // of the path; empty: none
	SignedIn bool
	Session  model.Session
	Sender   *village.Sender // nil: not signed in
	Actor    model.Actor     // who speaks here; nobody known when not signed in
}

// recognise finds out who it is. A cookie that is no longer good is taken away.
func (v *Visit) recognise(ctx context.Context) error {
	v.token = v.cookie(cookieSession)
	if v.token == "" || v.frame.Sessions == nil {
		v.token = ""
		return nil
	}
	kept, sender, err := v.frame.Sessions.Who(ctx, v.token)
	if model.IsCode(err, model.SignedOut) {
		v.token = ""
		v.dropCookie(cookieSession)
		return nil
	}
	if model.IsCode(err, model.Away) && v.route.Door == Public { // what anybody may read doesn't wait for who it is
		v.token = ""
		return nil
	}
	if err != nil {
		return err
	}
	v.SignedIn, v.Session, v.Sender, v.Actor = true, kept, sender, sender.Actor
	v.speak()
	if v.room == nil || !v.room.Desk { // the console asks for the factor itself
		v.Actor = v.Actor.Proved(kept, sender.Actor)
	}
	return nil
}

// speak chooses, among the persons of one telephone, whoever belongs to the
// village of the path, or else serves it.
func (v *Visit) speak() {
	if v.Village == "" || v.Actor.VillageID == v.Village {
		return
	}
	for _, p := range v.Sender.Persons {
		if p.Villager.VillageID == v.Village {
			v.Actor = p.Actor
			return
		}
	}
	for _, p := range v.Sender.Persons {
		for _, held := range p.Actor.Holds {
			if held.VillageID == v.Village {
				v.Actor = p.Actor
				return
			}
		}
	}
}

// Param is a part of the path.
func (v *Visit) Param(name string) string { return v.c.Param(name) }

// Path is the address of this page, without what follows a question mark.
func (v *Visit) Path() string { return v.c.Request.URL.Path }

// Query is a value of the address.
func (v *Visit) Query(name string) string { return v.c.Query(name) }

// Here is this page's address with these names and values changed; an empty
// value leaves its name out.
func (v *Visit) Here(pairs ...string) string {
	values := v.c.Request.URL.Query()
	for i := 0; i+1 < len(pairs); i += 2 {
		values.Del(pairs[i])
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	if len(values) == 0 {
		return v.Path()
	}
	return v.Path() + "?" + values.Encode()
}

// InWeChat says whether the browser is WeChat's own.
func (v *Visit) InWeChat() bool { return inWeChat(v.c.Request.UserAgent()) }

// Shown is what every page's template is given.
type Shown struct {
	Title   string
	Version string // of what stands beside the pages
	Village model.Village
	Nav     []Link
	Who     string // the name of whoever is signed in
	Path    string
	Size    string // of the type: "", "2", "3"
	Desk    bool   // the page is for people at a desk
	Bare    bool   // its address is a secret: nothing on it leads on with it
	Said    string // what the form before this page did
	Wrong   string // what to put right in the form
	Token   string // against forged forms
	Key     string // of the page's form: sent twice, it counts once
	Data    any
}

// Show renders a page.
func (v *Visit) Show(name, title string, data any) error {
	return v.show(http.StatusOK, name, title, data)
}

// Again shows a form anew with what to put right; what was filled in must stand
// in data. Any other error leaves as it is.
func (v *Visit) Again(ctx context.Context, err error, name, title string, data any) error {
	known := model.AsError(err)
	if known == nil || known.Code == model.SignedOut || known.Code == model.Away {
		return err
	}
	p := v.problem(ctx, err)
	shown, err := v.shown(ctx, title, data)
	if err != nil {
		return err
	}
	shown.Wrong = p.Detail
	return v.render(p.Status, name, shown)
}

func (v *Visit) show(status int, name, title string, data any) error {
	shown, err := v.shown(v.c.Request.Context(), title, data)
	if err != nil && name != "problem" {
		return err
	}
	return v.render(status, name, shown)
}

func (v *Visit) shown(ctx context.Context, title string, data any) (Shown, error) {
	s := Shown{Title: title, Version: v.frame.version, Path: v.c.Request.URL.RequestURI(), Size: v.size(), Desk: v.room != nil && v.room.Desk, Bare: v.route.Door == Secret, Said: v.told(), Token: v.formToken(), Key: newKey(), Data: data}
	if v.SignedIn {
		s.Who = v.Actor.Name
		if s.Who == "" {
			s.Who = wordsStranger
		}
	}
	if v.Village != "" && v.frame.People != nil {
		var err error
		if s.Village, err = v.frame.People.Get(ctx, v.Village); err != nil {
			return s, err
		}
	}
	if v.room == nil || v.room.Nav == nil {
		return s, nil
	}
	var err error
	s.Nav, err = v.room.Nav(ctx, v)
	return s, err
}

// render makes a page whole before it sends any of it.
func (v *Visit) render(status int, name string, s Shown) error {
	var out bytes.Buffer
	if err := v.room.pages.ExecuteTemplate(&out, name, s); err != nil {
		return err
	}
	v.c.Data(status, "text/html; charset=utf-8", out.Bytes())
	return nil
}

// Then is where a form leads, and what the page there says first.
type Then struct{ To, Said string }

// Do does what a form asks, once, however often it is sent, in one transaction,
// and goes on to the next page. An error changes nothing.
func (v *Visit) Do(ctx context.Context, run func(ctx context.Context) (Then, error)) error {
	then, err := v.once(ctx, run)
	if err != nil {
		return err
	}
	return v.Go(then.To, then.Said)
}

func (v *Visit) once(ctx context.Context, run func(ctx context.Context) (Then, error)) (Then, error) {
	form := v.c.Request.PostForm
	key := form.Get("once")
	if key == "" {
		return Then{}, model.Errorf(model.Invalid, wordsForm)
	}
	body := url.Values{}
	for name, values := range form {
		if name != "token" && name != "once" {
			body[name] = values
		}
	}
	// All forms of a page share its key: of each target it counts apart, so that
	// somebody who goes back may still send another one.
	target := sha256.Sum256([]byte(key + "\n" + v.Path()))
	request := once.Request{Route: v.route.Method + " " + v.route.Path, Key: hex.EncodeToString(target[:16]), Body: []byte(body.Encode())}
	kept, err := v.frame.Once.Do(ctx, v.Actor, request, func(ctx context.Context) ([]byte, error) {
		then, err := run(ctx)
		return []byte(then.To + "\n" + then.Said), err
	})
	to, said, _ := bytes.Cut(kept, []byte("\n"))
	return Then{string(to), string(said)}, err
}

// Go leads on to another page of ours, which says what was done.
func (v *Visit) Go(to, said string) error {
	if !ours(to) {
		return errors.New("a page leads away: " + to)
	}
	if said != "" {
		v.tell(said)
	}
	v.c.Redirect(http.StatusSeeOther, to)
	return nil
}

// Send sends a file; a download under a name, or shown when name is empty. What
// may refuse must stand before it.
func (v *Visit) Send(ctx context.Context, contentType, name string, write func(to io.Writer) error) error {
	_ = http.NewResponseController(v.c.Writer).SetWriteDeadline(time.Now().Add(lasting)) // a test's recorder has none
	v.c.Header("Content-Type", contentType)
	if name != "" {
		v.c.Header("Content-Disposition", "attachment; filename*=UTF-8''"+url.PathEscape(name))
	}
	if err := write(v.c.Writer); err != nil {
		if !v.c.Writer.Written() {
			v.c.Writer.Header().Del("Content-Disposition")
			return err
		}
		v.frame.Logger.ErrorContext(ctx, "a file broke off", "request_id", v.c.Writer.Header().Get("X-Request-ID"), "route", v.c.FullPath(), "error", err)
		panic(http.ErrAbortHandler) // so that nobody takes half of it for the whole
	}
	return nil
}

func newKey() string {
	key := make([]byte, 16)
	_, _ = rand.Read(key) // never fails, see crypto/rand
	return hex.EncodeToString(key)
}

// query writes names with values as an address wants them; empty values are left out.
func query(pairs ...string) string {
	values := url.Values{}
	for i := 0; i+1 < len(pairs); i += 2 {
		if pairs[i+1] != "" {
			values.Set(pairs[i], pairs[i+1])
		}
	}
	return values.Encode()
}
