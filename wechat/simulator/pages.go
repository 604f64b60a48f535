package simulator

import (
	"embed"
	"html/template"
	"io/fs"
	"net"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

//go:embed assets
var assets embed.FS

// newPages builds the handler of the phones. Every address is below /simulator/.
func (s *Simulator) newPages() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /simulator/{$}", s.showPage)
	mux.HandleFunc("GET /simulator/state", s.showState)
	mux.HandleFunc("GET /simulator/events", s.streamEvents)
	mux.HandleFunc("POST /simulator/act", s.takeAct)
	mux.HandleFunc("GET /simulator/media/{id}", s.showMedia)
	mux.HandleFunc("GET /simulator/qr", s.showPageQR)
	mux.HandleFunc("GET /simulator/open", s.openLink)
	mux.HandleFunc("GET /simulator/mini", s.showMini)
	mux.HandleFunc("GET /simulator/mini/codes", s.giveCodes)
	files, _ := fs.Sub(assets, "assets") // the folder is embedded
	mux.Handle("GET /simulator/assets/", http.StripPrefix("/simulator/assets/", http.FileServerFS(files)))
	mux.Handle("GET /simulator", http.RedirectHandler("/simulator/", http.StatusSeeOther))
	return loopbackOnly(http.NewCrossOriginProtection().Handler(headers(mux)))
}

// loopbackOnly refuses everyone who isn't on this machine.
func loopbackOnly(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host, _, err := net.SplitHostPort(r.RemoteAddr)
		if ip := net.ParseIP(host); err != nil || ip == nil || !ip.IsLoopback() {
			http.Error(w, "模拟器只在本机上打开", http.StatusForbidden)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// headers keep the page to its own files.
func headers(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'; base-uri 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		if !strings.HasPrefix(r.URL.Path, "/simulator/assets/") {
			h.Set("Cache-Control", "no-store")
		}
		next.ServeHTTP(w, r)
	})
}

// templates are the pages' templates.
func (s *Simulator) templates() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"tint": s.tint, "initial": initial, "parts": parts, "seconds": mediaSeconds, "playable": playable,
		"pair": pair, "broken": func() string { return Broken }, "lengthClass": lengthClass,
	}).ParseFS(assets, "assets/*.html"))
}

// tint is the colour class of a person's picture: the first eight people differ.
func (s *Simulator) tint(key string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return "tint-" + strconv.Itoa(max(0, slices.Index(s.roll, key))%8)
}

// initial is the character in a name's picture: the given name's last, since a village shares few
// surnames.
func initial(name string) string {
	r, _ := utf8.DecodeLastRuneInString(strings.TrimSpace(name))
	return string(r)
}

func mediaSeconds(m *Media) int {
	if m == nil {
		return 1
	}
	return voiceSeconds(m.Body)
}

// playable tells whether a browser can play a voice; none plays AMR.
func playable(m *Media) bool { return m != nil && m.Format == "mp3" }

// lengthClass is how wide a voice's bubble is, in eight steps.
func lengthClass(m *Media) int { return min(8, 1+mediaSeconds(m)/4) }

// paired is what a part of a phone is shown with: the phone, and one thing on it.
type paired struct {
	Phone  phoneView
	Button button
	Bubble bubbleView
	Parts  []part
}

func pair(phone phoneView, thing any) paired {
	out := paired{Phone: phone}
	switch v := thing.(type) {
	case button:
		out.Button = v
	case bubbleView:
		out.Bubble = v
	case []part:
		out.Parts = v
	}
	return out
}

// showMedia is a picture or a voice of a phone.
func (s *Simulator) showMedia(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	m := s.media[r.PathValue("id")]
	s.mu.Unlock()
	if m == nil {
		http.NotFound(w, r)
		return
	}
	w.Header().Set("Content-Type", m.ContentType)
	if !strings.HasPrefix(m.ContentType, "image/") && !strings.HasPrefix(m.ContentType, "audio/") {
		w.Header().Set("Content-Disposition", "attachment")
	}
	_, _ = w.Write(m.Body)
}

// showPageQR is the picture of a QR code.
func (s *Simulator) showPageQR(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	answer, failed := s.showQR(&request{query: r.URL.Query()})
	s.mu.Unlock()
	if failed != nil {
		http.NotFound(w, r)
		return
	}
	writeAnswer(w, http.StatusOK, answer, nil)
}

// remember tells connect/oauth2/authorize whose phone this browser plays from now on.
func remember(w http.ResponseWriter, personKey string) {
	http.SetCookie(w, &http.Cookie{
		Name: personCookie, Value: url.QueryEscape(personKey), Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
	})
}
