package simulator

import (
	"encoding/json"
	"io"
	"net/http"
	"net/url"
	"time"
)

// apiError is what the platform answers as errcode and errmsg.
type apiError struct {
	code    int
	message string
}

func failure(code int, message string) *apiError { return &apiError{code, message} }

// object is a JSON object of an answer.
type object = map[string]any

// file is an answer that isn't JSON.
type file struct {
	contentType, name string
	body              []byte
}

// request is one API call that has passed the checks that all paths share.
type request struct {
	query   url.Values
	body    []byte
	http    *http.Request
	account *account // nil where the path needs no access token
	person  string   // whom it concerns, for the log
	after   []func() // what happens once the answer is decided, without the lock
}

// route is one path of the API.
type route struct {
	method    string
	kind      string // the kind of account that may call it; both when empty
	open      bool   // needs no access token
	verified  bool   // needs a verified account
	perMinute int    // calls a minute, 0 for no limit
	secretive bool   // its body isn't kept
	do        func(*Simulator, *request) (any, *apiError)
}

// routes are all paths served, on one screen.
func routes() map[string]route {
	const get, post, oa, mini = http.MethodGet, http.MethodPost, KindOfficial, KindMini
	return map[string]route{
		"cgi-bin/token":                             {method: get, open: true, secretive: true, do: (*Simulator).getToken},
		"cgi-bin/stable_token":                      {method: post, open: true, secretive: true, perMinute: 10_000, do: (*Simulator).getStableToken},
		"cgi-bin/get_api_domain_ip":                 {method: get, do: (*Simulator).getAddresses},
		"cgi-bin/getcallbackip":                     {method: get, do: (*Simulator).getAddresses},
		"cgi-bin/ticket/getticket":                  {method: get, kind: oa, verified: true, do: (*Simulator).getTicket},
		"cgi-bin/message/custom/send":               {method: post, verified: true, do: (*Simulator).sendCustom},
		"cgi-bin/message/template/send":             {method: post, kind: oa, verified: true, do: (*Simulator).sendTemplate},
		"cgi-bin/message/subscribe/bizsend":         {method: post, kind: oa, verified: true, do: (*Simulator).sendSubscription},
		"cgi-bin/message/subscribe/send":            {method: post, kind: mini, do: (*Simulator).sendSubscription},
		"cgi-bin/template/get_all_private_template": {method: get, kind: oa, verified: true, do: (*Simulator).listTemplates},
		"wxaapi/newtmpl/gettemplate":                {method: get, verified: true, do: (*Simulator).listSubscriptions},
		"cgi-bin/media/upload":                      {method: post, secretive: true, do: (*Simulator).uploadMedia},
		"cgi-bin/media/get":                         {method: get, do: (*Simulator).getMedia},
		"cgi-bin/media/get/jssdk":                   {method: get, kind: oa, do: (*Simulator).getMedia},
		"cgi-bin/qrcode/create":                     {method: post, kind: oa, verified: true, do: (*Simulator).createQR},
		"cgi-bin/showqrcode":                        {method: get, open: true, do: (*Simulator).showQR},
		"cgi-bin/menu/create":                       {method: post, kind: oa, do: (*Simulator).createMenu},
		"cgi-bin/menu/get":                          {method: get, kind: oa, do: (*Simulator).getMenu},
		"cgi-bin/menu/delete":                       {method: get, kind: oa, do: (*Simulator).deleteMenu},
		"cgi-bin/user/info":                         {method: get, kind: oa, verified: true, do: (*Simulator).getUser},
		"cgi-bin/user/get":                          {method: get, kind: oa, verified: true, do: (*Simulator).listUsers},
		"sns/oauth2/access_token":                   {method: get, open: true, secretive: true, do: (*Simulator).exchangeOAuth},
		"sns/userinfo":                              {method: get, open: true, do: (*Simulator).getWebUser},
		"sns/auth":                                  {method: get, open: true, do: (*Simulator).checkWebToken},
		"sns/jscode2session":                        {method: get, open: true, secretive: true, do: (*Simulator).exchangeLogin},
		"wxa/business/getuserphonenumber":           {method: post, kind: mini, do: (*Simulator).exchangePhone},
		"wxa/msg_sec_check":                         {method: post, kind: mini, perMinute: 4000, do: (*Simulator).checkText},
		"wxa/media_check_async":                     {method: post, kind: mini, perMinute: 2000, do: (*Simulator).checkMedia},
		"wxa/getwxacodeunlimit":                     {method: post, kind: mini, perMinute: 5000, do: (*Simulator).createMiniCode},
	}
}

// newAPI builds the handler of all paths.
func (s *Simulator) newAPI() http.Handler {
	mux := http.NewServeMux()
	for path, rt := range routes() {
		mux.HandleFunc("/"+path, func(w http.ResponseWriter, r *http.Request) { s.serve(w, r, path, rt) })
	}
	mux.HandleFunc("GET /connect/oauth2/authorize", s.authorize)
	mux.HandleFunc("/", func(w http.ResponseWriter, r *http.Request) {
		s.serve(w, r, cleanPath(r.URL.Path), route{open: true, do: (*Simulator).unknownPath})
	})
	return mux
}

func (s *Simulator) unknownPath(*request) (any, *apiError) {
	return nil, failure(40066, "invalid url")
}

const bodyLimit = 12 << 20

// serve is the way of every call: fault, checks, work, answer, log.
func (s *Simulator) serve(w http.ResponseWriter, r *http.Request, path string, rt route) {
	start := time.Now()
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, bodyLimit))
	if err != nil {
		http.Error(w, "request too large", http.StatusRequestEntityTooLarge)
		return
	}
	f := s.faultOf(path)
	if !pause(r, f.Latency) {
		s.noteCall(Call{Method: r.Method, Path: path, Elapsed: time.Since(start), Dropped: true})
		return
	}
	req := &request{query: r.URL.Query(), body: body, http: r}
	call := Call{Method: r.Method, Path: path, Status: http.StatusOK}
	if !rt.secretive && len(body) <= 64<<10 {
		call.Body = body
	}
	answer, failed := s.outcome(req, path, rt, f, &call)
	call.Elapsed, call.Dropped = time.Since(start), f.Drop
	s.noteCall(call)
	if f.Drop {
		cut(w)
		return
	}
	writeAnswer(w, call.Status, answer, failed)
}

// outcome is the fault's answer or else the path's own, noted on the call.
func (s *Simulator) outcome(req *request, path string, rt route, f Fault, call *Call) (answer any, failed *apiError) {
	switch {
	case f.HTTPStatus != 0:
		call.Status = f.HTTPStatus
	case f.ErrCode != 0:
		failed = failure(f.ErrCode, "simulated fault")
	default:
		answer, failed = s.work(req, path, rt)
	}
	if failed != nil {
		call.ErrCode, call.ErrMsg = failed.code, failed.message
	}
	call.AppID, call.Person = appOf(req), req.person
	return answer, failed
}

// work checks what all paths share and does the path's own work under the lock.
func (s *Simulator) work(req *request, path string, rt route) (answer any, failed *apiError) {
	s.mu.Lock()
	defer func() {
		s.mu.Unlock()
		for _, do := range req.after {
			do()
		}
	}()
	if rt.method != "" && req.http.Method != rt.method {
		if rt.method == http.MethodPost {
			return nil, failure(43002, "require POST method")
		}
		return nil, failure(43001, "require GET method")
	}
	if !rt.open {
		a, failed := s.accountOf(req.query.Get("access_token"))
		if failed != nil {
			return nil, failed
		}
		req.account = a
		if rt.kind != "" && rt.kind != a.Kind || rt.verified && a.Unverified {
			return nil, failure(48001, "api unauthorized")
		}
	}
	if rt.perMinute > 0 && !s.allow(path+"|"+appOf(req), rt.perMinute) {
		return nil, failure(45011, "api minute-quota reach limit, must slower retry next minute")
	}
	return rt.do(s, req)
}

func appOf(req *request) string {
	if req.account == nil {
		return ""
	}
	return req.account.AppID
}

// pause waits, and says whether the caller is still there.
func pause(r *http.Request, d time.Duration) bool {
	if d <= 0 {
		return true
	}
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-r.Context().Done():
		return false
	}
}

// cut ends the connection without an answer.
func cut(w http.ResponseWriter) {
	conn, _, err := http.NewResponseController(w).Hijack()
	if err != nil {
		panic(http.ErrAbortHandler) // net/http's way to cut where hijacking isn't possible
	}
	_ = conn.Close()
}

// writeAnswer writes what the platform would.
func writeAnswer(w http.ResponseWriter, status int, answer any, failed *apiError) {
	if status != http.StatusOK {
		http.Error(w, "<html><body>"+http.StatusText(status)+"</body></html>", status)
		return
	}
	if failed != nil {
		answer = object{"errcode": failed.code, "errmsg": failed.message + " rid: " + secret(9)}
	}
	if f, ok := answer.(file); ok {
		w.Header().Set("Content-Type", f.contentType)
		if f.name != "" {
			w.Header().Set("Content-Disposition", `attachment; filename="`+f.name+`"`)
		}
		_, _ = w.Write(f.body)
		return
	}
	w.Header().Set("Content-Type", "application/json; encoding=utf-8")
	encoder := json.NewEncoder(w)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(answer)
}

// ok is the answer of a path that has nothing to say, with more fields where it has.
func ok(more object) object {
	out := object{"errcode": 0, "errmsg": "ok"}
	for k, v := range more {
		out[k] = v
	}
	return out
}

// read decodes a JSON body.
func (req *request) read(into any) *apiError {
	if json.Unmarshal(req.body, into) != nil {
		return failure(47001, "data format error")
	}
	return nil
}

// minute counts the calls of one minute.
type minute struct {
	at    int64
	count int
}

// allow counts a call against a limit for each minute; the caller holds mu.
func (s *Simulator) allow(key string, limit int) bool {
	now := s.now().Unix() / 60
	m := s.minutes[key]
	if m == nil || m.at != now {
		m = &minute{at: now}
		s.minutes[key] = m
	}
	m.count++
	return m.count <= limit
}
