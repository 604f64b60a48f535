package simulator

import (
	"fmt"
	"sort"
	"strconv"
	"time"
)

// logView is one line of the page's log.
type logView struct {
	At      time.Time
	Clock   string
	Push    bool
	What    string
	Person  string
	Detail  string
	Result  string
	Bad     bool
	Elapsed string
}

// Summary is the line that the closed log shows.
func (v logView) Summary() string {
	way := "接口"
	if v.Push {
		way = "推送"
	}
	return v.Clock + " " + way + " " + v.What + " → " + v.Result
}

const loggedLines = 60

// logViews are the last callbacks and API calls, newest first; the caller holds mu.
func (s *Simulator) logViews() []logView {
	var out []logView
	for _, p := range s.pushes[max(0, len(s.pushes)-loggedLines):] {
		out = append(out, s.pushView(p))
	}
	for _, c := range s.calls[max(0, len(s.calls)-loggedLines):] {
		out = append(out, s.callView(c))
	}
	sort.SliceStable(out, func(i, j int) bool { return out[i].At.After(out[j].At) })
	return out[:min(len(out), loggedLines)]
}

func (s *Simulator) pushView(p Push) logView {
	v := logView{At: p.At, Push: true, What: p.What, Detail: cutRunes(p.Detail, 40), Person: s.nameOf(p.Person)}
	v.Result = map[string]string{"reply": "有回复", "empty": "空回复", "ignored": "已收到", "failed": "失败：" + p.Reason}[p.Outcome]
	if p.Status != 0 {
		v.Result = strconv.Itoa(p.Status) + " " + v.Result
	}
	if p.Deliveries > 1 {
		v.Result += fmt.Sprintf("（投递 %d 次）", p.Deliveries)
	}
	v.Bad = p.Outcome == "failed"
	v.Clock, v.Elapsed = p.At.In(china()).Format(time.TimeOnly), millis(p.Elapsed)
	return v
}

func (s *Simulator) callView(c Call) logView {
	v := logView{At: c.At, What: c.Method + " " + c.Path, Person: s.nameOf(c.Person)}
	v.Clock, v.Elapsed = c.At.In(china()).Format(time.TimeOnly), millis(c.Elapsed)
	switch {
	case c.Dropped:
		v.Result, v.Bad = "连接断开", true
	case c.Status >= 400:
		v.Result, v.Bad = "HTTP "+strconv.Itoa(c.Status), true
	case c.ErrCode != 0:
		v.Result, v.Bad = fmt.Sprintf("errcode %d %s", c.ErrCode, c.ErrMsg), true
	default:
		v.Result = "errcode 0"
	}
	return v
}

func (s *Simulator) nameOf(key string) string {
	if p := s.people[key]; p != nil {
		return p.Name
	}
	return ""
}

func millis(d time.Duration) string {
	if d < 10*time.Millisecond {
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', 1, 64) + " ms"
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + " ms"
}
