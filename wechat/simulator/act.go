package simulator

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"strings"
	"time"
)

// actLimit is longer than three deliveries of five seconds.
const actLimit = 25 * time.Second

// takeAct does on a phone what a button of the page says.
func (s *Simulator) takeAct(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	if err := r.ParseForm(); err != nil {
		http.Error(w, "表单读不出来", http.StatusBadRequest)
		return
	}
	ctx, cancel := context.WithTimeout(r.Context(), actLimit)
	defer cancel()
	problem := explain(s.do(ctx, r.PostForm))
	if strings.Contains(r.Header.Get("Accept"), "application/json") {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		_ = json.NewEncoder(w).Encode(map[string]string{"problem": problem})
		return
	}
	back := r.PostForm.Get("back")
	if !strings.HasPrefix(back, "/simulator/?") {
		back = "/simulator/?"
	}
	if problem != "" {
		back += "&problem=" + url.QueryEscape(problem)
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
}

// do runs one act.
func (s *Simulator) do(ctx context.Context, form url.Values) error {
	app, person := form.Get("app"), form.Get("person")
	text := strings.TrimSpace(form.Get("text"))
	var err error
	switch form.Get("do") {
	case "say":
		if text == "" {
			return errors.New("先写点什么再发送")
		}
		_, err = s.Say(ctx, app, person, text)
	case "follow":
		_, err = s.Follow(ctx, app, person, "")
	case "unfollow":
		_, err = s.Unfollow(ctx, app, person)
	case "menu":
		_, err = s.TapMenu(ctx, app, person, form.Get("key"))
	case "choice":
		id, content, _ := strings.Cut(form.Get("pick"), "|")
		_, err = s.TapMessageMenu(ctx, app, person, id, content)
	case "scan":
		if text == "" {
			return errors.New("先写二维码的场景值")
		}
		_, err = s.Scan(ctx, app, person, text)
	case "voice":
		_, err = s.SendVoice(ctx, app, person, SampleVoice(4), "amr")
	case "picture":
		_, err = s.SendPicture(ctx, app, person, SamplePicture())
	case "location":
		_, err = s.SendLocation(ctx, app, person, 29.793889, 119.691389, s.options.Place)
	case "grant":
		err = s.grant(ctx, app, person, form)
	default:
		err = errors.New("没有这个动作")
	}
	return err
}

// grant answers a popup with all templates of the account: those ticked are accepted.
func (s *Simulator) grant(ctx context.Context, app, person string, form url.Values) error {
	var answers []Answer
	for _, id := range form["template"] {
		answer := Answer{TemplateID: id}
		for _, accepted := range form["accept"] {
			answer.Accept = answer.Accept || accepted == id
		}
		answers = append(answers, answer)
	}
	if len(answers) == 0 {
		return errors.New("这个账号还没有订阅模板")
	}
	_, err := s.AnswerPopup(ctx, app, person, answers...)
	return err
}

// explain says in Chinese why an act wasn't possible.
func explain(err error) string {
	switch {
	case err == nil:
		return ""
	case errors.Is(err, ErrNotFollowing):
		return "还没有关注这个公众号"
	case errors.Is(err, ErrFollowing):
		return "已经关注了"
	case errors.Is(err, ErrNoCallback):
		return "这个账号还没有设置回调地址"
	case errors.Is(err, ErrExpiredCode):
		return "二维码已过期"
	case errors.Is(err, ErrNotOfficial):
		return "小程序没有这个动作"
	case errors.Is(err, context.DeadlineExceeded), errors.Is(err, context.Canceled):
		return "等得太久，没有等到回应"
	}
	return err.Error()
}
