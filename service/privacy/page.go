package privacy

import (
	_ "embed" // the pages of an export
	"html/template"
	"sync"
	"time"

	"cunwu/model"
	"cunwu/service/casework"
)

// All words that an export adds stand here and in page.html.

const (
	wordsFileGone    = "这个文件没有取到或已经删除"
	wordsFileTooMuch = "文件太大，没有放进来，请到村里拷贝"
)

//go:embed page.html
var pageText string

// pages are the pages of an export.
//
//nolint:gochecknoglobals // parsed once
var pages = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("").Funcs(template.FuncMap{
		"day":    func(t time.Time) string { return t.In(model.Shanghai).Format("2006年1月2日 15:04") },
		"proof":  proofWords,
		"living": stateWords,
		"help":   requestWords,
	}).Parse(pageText))
})

func proofWords(strength string) string {
	switch strength {
	case model.BoundByPhone:
		return "核对过手机号"
	case model.BoundInPerson:
		return "村干部当面确认"
	}
	return "邀请码"
}

func stateWords(state string) string {
	switch state {
	case model.VillagerMoved:
		return "已迁出"
	case model.VillagerDead:
		return "已去世"
	}
	return "在册"
}

func requestWords(state string) string {
	switch state {
	case model.RequestOpen:
		return "等答复"
	case model.HelpAgreed:
		return "同意了"
	case model.RequestConfirmed:
		return "改好了"
	case model.RequestRefused:
		return "没有同意"
	case model.RequestLapsed:
		return "没有办成"
	}
	return "已结束"
}

// caseLine is a case in the list of an export.
type caseLine struct {
	Number  int64
	State   string
	At      time.Time
	Summary string
}

// caseData is one of the person's own cases.
type caseData struct {
	Number  int64       `json:"number"`
	State   string      `json:"state"`
	At      time.Time   `json:"opened_at"`
	Closed  time.Time   `json:"closed_at,omitzero"`
	Summary string      `json:"summary"`
	Stars   int         `json:"stars,omitempty"`
	Events  []eventData `json:"events"`
}

type eventData struct {
	At   time.Time `json:"at"`
	By   string    `json:"by"`
	Kind string    `json:"kind"`
	Text string    `json:"text"`
	File fileData  `json:"file,omitzero"`
}

type fileData struct {
	Path    string `json:"path,omitempty"` // beside the case's page
	Type    string `json:"type,omitempty"`
	Missing string `json:"missing,omitempty"`
}

type noteData struct {
	At   time.Time `json:"at"`
	Text string    `json:"text"`
}

// Words names what happened, for the page.
func (e eventData) Words() string {
	switch e.Kind {
	case model.EventSaid, model.EventSpoken:
		return "您说"
	case model.EventReplied:
		return "答复"
	case model.EventAsked:
		return "问您"
	case model.EventContact:
		return "看到了"
	case model.EventExtended:
		return "延期"
	case model.EventReopened:
		return "您说没解决"
	case model.EventVerdict:
		return "您说解决了"
	case model.EventStars:
		return "您打分"
	case model.EventRejected:
		return "不受理"
	case model.EventWithdrawn:
		return "您撤回了"
	}
	return "记录"
}

func caseDataOf(v casework.View) caseData {
	c := v.Case
	d := caseData{Number: c.Number, State: casework.StateName(c), At: c.OpenedAt.Time, Closed: c.ClosedAt.Time, Summary: c.Summary, Stars: c.Stars}
	for _, e := range v.Events {
		d.Events = append(d.Events, eventData{At: e.At.Time, By: e.ByName, Kind: e.Kind, Text: e.Text})
	}
	return d
}

// extension is the ending by which a telephone knows how to open a file.
func extension(contentType string) string {
	switch contentType {
	case "image/jpeg":
		return ".jpg"
	case "image/png":
		return ".png"
	case "image/webp":
		return ".webp"
	case "image/gif":
		return ".gif"
	case "audio/amr":
		return ".amr"
	case "audio/mpeg":
		return ".mp3"
	case "audio/ogg":
		return ".ogg"
	case "audio/mp4":
		return ".m4a"
	case "video/mp4":
		return ".mp4"
	case "application/pdf":
		return ".pdf"
	}
	return ".bin"
}
