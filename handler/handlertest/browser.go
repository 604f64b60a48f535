package handlertest

import (
	"bytes"
	"errors"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/totp"
	"golang.org/x/net/html"

	"cunwu/model"
	"cunwu/service/session"
)

// Origin is where the pages stand.
const Origin = "https://village.example"

// Browser is somebody's browser: it keeps cookies, follows redirects of the site
// and fills in forms as they stand on the page.
type Browser struct {
	House *House
	jar   *cookiejar.Jar
}

// Page is what a browser shows.
type Page struct {
	Status int
	Path   string // where it ended up, with its query
	Header http.Header
	Body   string
	b      *Browser
	tree   *html.Node
}

// Browser is a new browser, of nobody.
func (h *House) Browser() *Browser {
	jar, err := cookiejar.New(nil)
	h.OK(err)
	return &Browser{House: h, jar: jar}
}

// SignIn is the browser of a person of the roll who is bound in person to the
// official account, signed in with a code of the chat. Township people and
// operators have proved their second factor.
func (h *House) SignIn(unit, name string) *Browser {
	h.T.Helper()
	p := h.Person(unit, name)
	_, err := h.People.BindInPerson(h.Ctx, model.Console(), p, Official, "o"+p.ID)
	if model.AsError(err) != nil && !model.IsCode(err, model.Conflict) {
		h.OK(err)
	}
	signed, err := h.Deps.Sessions.SignIn(h.Ctx, session.SignIn{Door: session.DoorPage, Account: Official, Code: "login-" + p.ID, Label: "测试"})
	h.OK(err)
	if len(signed.Sender.Actor.Serves(model.VerbCatalogue))+len(signed.Sender.Actor.Serves(model.VerbGrant)) > 0 { // the township, an operator
		h.prove(signed)
	}
	b := h.Browser()
	at, err := url.Parse(Origin)
	h.OK(err)
	b.jar.SetCookies(at, []*http.Cookie{{Name: "__Host-cunwu", Value: signed.Token, Path: "/", Secure: true}})
	return b
}

// prove enrols a second factor and gives it.
func (h *House) prove(signed session.Signed) {
	h.T.Helper()
	address, err := h.Deps.Sessions.Enrol(h.Ctx, signed.Sender)
	if model.IsCode(err, model.Conflict) {
		h.T.Fatal("sign somebody of the township in once, and keep the browser")
	}
	h.OK(err)
	key, err := otp.NewKeyFromURL(address)
	h.OK(err)
	h.OK(h.Deps.Sessions.Prove(h.Ctx, signed.Token, h.TimeCode(key.Secret())))
}

// TimeCode is what an authenticator with this key shows now.
func (h *House) TimeCode(key string) string {
	h.T.Helper()
	code, err := totp.GenerateCode(key, h.Clock.Now())
	h.OK(err)
	return code
}

// Get opens a page.
func (b *Browser) Get(path string) *Page {
	b.House.T.Helper()
	return b.do(http.MethodGet, path, nil, "")
}

// Post sends a form that no page of ours drew.
func (b *Browser) Post(path string, form url.Values) *Page {
	b.House.T.Helper()
	return b.do(http.MethodPost, path, strings.NewReader(form.Encode()), "application/x-www-form-urlencoded")
}

func (b *Browser) do(method, path string, body io.Reader, contentType string) *Page {
	h := b.House
	h.T.Helper()
	for range 10 {
		at, err := url.Parse(Origin)
		h.OK(err)
		to, err := at.Parse(path)
		h.OK(err)
		r := httptest.NewRequestWithContext(h.Ctx, method, to.String(), body)
		if contentType != "" {
			r.Header.Set("Content-Type", contentType)
			r.Header.Set("Origin", Origin)
		}
		for _, c := range b.jar.Cookies(to) {
			r.AddCookie(c)
		}
		w := httptest.NewRecorder()
		h.Engine.ServeHTTP(w, r)
		b.jar.SetCookies(to, w.Result().Cookies())
		next := w.Header().Get("Location")
		if w.Code != http.StatusSeeOther || strings.HasPrefix(next, "http") {
			return b.page(to.RequestURI(), w)
		}
		method, path, body, contentType = http.MethodGet, next, nil, ""
	}
	h.T.Fatalf("%s redirects for ever", path)
	return nil
}

func (b *Browser) page(path string, w *httptest.ResponseRecorder) *Page {
	tree, err := html.Parse(bytes.NewReader(w.Body.Bytes()))
	b.House.OK(err)
	return &Page{Status: w.Code, Path: path, Header: w.Header(), Body: w.Body.String(), b: b, tree: tree}
}

// Want ends the test unless the page has the status and shows the words.
func (p *Page) Want(status int, words ...string) *Page {
	p.b.House.T.Helper()
	if p.Status != status {
		p.b.House.T.Fatalf("%s answered %d, want %d: %s", p.Path, p.Status, status, p.Text())
	}
	text := p.Text()
	for _, w := range words {
		if !strings.Contains(text, w) {
			p.b.House.T.Fatalf("%s doesn't show %q: %s", p.Path, w, text)
		}
	}
	return p
}

// Lacks ends the test when the page shows any of the words.
func (p *Page) Lacks(words ...string) *Page {
	p.b.House.T.Helper()
	for _, w := range words {
		if strings.Contains(p.Body, w) {
			p.b.House.T.Fatalf("%s shows %q", p.Path, w)
		}
	}
	return p
}

// Text is what a reader sees, without tags.
func (p *Page) Text() string {
	var out strings.Builder
	for n := range p.tree.Descendants() {
		if n.Type == html.TextNode && n.Parent.Data != "style" && n.Parent.Data != "script" {
			out.WriteString(n.Data)
		}
	}
	return strings.Join(strings.Fields(out.String()), " ")
}

// Follow opens the link with this text.
func (p *Page) Follow(text string) *Page {
	p.b.House.T.Helper()
	for n := range p.tree.Descendants() {
		if n.Type == html.ElementNode && n.Data == "a" && strings.Contains(textOf(n), text) {
			return p.b.Get(p.resolve(attr(n, "href")))
		}
	}
	p.b.House.T.Fatalf("%s has no link %q: %s", p.Path, text, p.Text())
	return nil
}

// Value is what a field of the page's forms holds as it stands; the first of this name.
func (p *Page) Value(name string) string {
	p.b.House.T.Helper()
	for n := range p.tree.Descendants() {
		if n.Type == html.ElementNode && n.Data == "form" {
			if values := standing(n); values.Has(name) {
				return values.Get(name)
			}
		}
	}
	return ""
}

// File is a file for Submit.
type File struct {
	Name string
	Body []byte
}

// Submit fills in the form that has a button with this text, and taps it. Fields
// are names with values: a string, a []string, a File or a []File; what isn't
// named keeps what stands on the page.
func (p *Page) Submit(button string, fields ...any) *Page {
	t := p.b.House.T
	t.Helper()
	form, tapped := p.form(button)
	if form == nil {
		t.Fatalf("%s has no button %q: %s", p.Path, button, p.Text())
	}
	values := standing(form)
	if name := attr(tapped, "name"); name != "" {
		values.Set(name, attr(tapped, "value"))
	}
	files := map[string][]File{}
	for i := 0; i+1 < len(fields); i += 2 {
		name := fields[i].(string)
		switch v := fields[i+1].(type) {
		case string:
			values.Set(name, v)
		case []string:
			values[name] = v
		case File:
			files[name] = []File{v}
		case []File:
			files[name] = v
		default:
			t.Fatalf("field %s: what is a %T?", name, v)
		}
	}
	action := p.resolve(attr(form, "action"))
	if attr(tapped, "formaction") != "" {
		action = p.resolve(attr(tapped, "formaction"))
	}
	if strings.EqualFold(attr(form, "method"), "get") || attr(form, "method") == "" {
		path, _, _ := strings.Cut(action, "?")
		return p.b.Get(path + "?" + values.Encode())
	}
	if attr(form, "enctype") != "multipart/form-data" {
		return p.b.Post(action, values)
	}
	body, contentType := multi(p.b.House, values, files)
	return p.b.do(http.MethodPost, action, body, contentType)
}

func multi(h *House, values url.Values, files map[string][]File) (io.Reader, string) {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	for name, all := range values {
		for _, v := range all {
			h.OK(w.WriteField(name, v))
		}
	}
	for name, all := range files {
		for _, f := range all {
			part, err := w.CreateFormFile(name, f.Name)
			h.OK(err)
			_, err = part.Write(f.Body)
			h.OK(err)
		}
	}
	h.OK(w.Close())
	return &body, w.FormDataContentType()
}

// form is the form around the button, and the button.
func (p *Page) form(button string) (form, tapped *html.Node) {
	for n := range p.tree.Descendants() {
		if n.Type != html.ElementNode || n.Data != "button" || !strings.Contains(textOf(n), button) {
			continue
		}
		for up := n.Parent; up != nil; up = up.Parent {
			if up.Data == "form" {
				return up, n
			}
		}
	}
	return nil, nil
}

// standing is what a form holds as it is shown.
func standing(form *html.Node) url.Values {
	values := url.Values{}
	for n := range form.Descendants() {
		name := attr(n, "name")
		if n.Type != html.ElementNode || name == "" {
			continue
		}
		switch n.Data {
		case "input":
			kind := attr(n, "type")
			if kind == "file" || kind == "submit" || (kind == "radio" || kind == "checkbox") && !has(n, "checked") {
				continue
			}
			values.Add(name, attr(n, "value"))
		case "textarea":
			values.Add(name, strings.TrimPrefix(textOf(n), "\n"))
		case "select":
			values.Add(name, selected(n))
		}
	}
	return values
}

func selected(list *html.Node) string {
	first, found := "", false
	for n := range list.Descendants() {
		if n.Type != html.ElementNode || n.Data != "option" {
			continue
		}
		value := textOf(n)
		if has(n, "value") {
			value = attr(n, "value")
		}
		if has(n, "selected") {
			return value
		}
		if !found {
			first, found = value, true
		}
	}
	return first
}

func (p *Page) resolve(to string) string {
	base, err := url.Parse(p.Path)
	if err == nil {
		base, err = base.Parse(to)
	}
	if err != nil {
		p.b.House.OK(errors.New("a bad address on " + p.Path + ": " + to))
	}
	return base.RequestURI()
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

func has(n *html.Node, name string) bool {
	for _, a := range n.Attr {
		if a.Key == name {
			return true
		}
	}
	return false
}

func textOf(n *html.Node) string {
	var out strings.Builder
	for d := range n.Descendants() {
		if d.Type == html.TextNode {
			out.WriteString(d.Data)
		}
	}
	return out.String()
}
