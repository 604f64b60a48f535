package handler

import (
	"cmp"
	"strings"

	"cunwu/model"
	"cunwu/wechat"
)

// incoming says a message in the village's terms.
func incoming(m *wechat.Message) model.Incoming {
	in := model.Incoming{Account: m.AppID, OpenID: m.OpenID, Key: m.Key(), Text: m.Text, MediaID: m.MediaID, EventKey: m.EventKey,
		Latitude: m.Latitude, Longitude: m.Longitude, SentAt: m.SentAt, Kind: kindOf(m)}
	switch in.Kind {
	case model.InFollow:
		in.EventKey = strings.TrimPrefix(in.EventKey, "qrscene_")
	case model.InLocation:
		in.Text = m.Label
	case model.InLink:
		in.Text = "[链接] " + m.Title + " " + m.URL
	case model.InSendState:
		in.Text = m.Status
	case model.InChecked:
		in.Checked = checked(m.Media)
	case model.InGrant:
		for _, g := range m.Grants {
			in.Grants = append(in.Grants, model.Grant{TemplateID: g.TemplateID, Accepted: g.Status == "accept"})
		}
	}
	return in
}

// checked is what WeChat found in a file; nothing when it doesn't say.
func checked(m *wechat.MediaCheck) *model.CheckResult {
	if m == nil {
		return nil
	}
	found := &model.CheckResult{TraceID: m.TraceID, Suggest: string(m.Suggest), Label: m.Label}
	if m.Suggest == "" {
		found.Failure = cmp.Or(m.ErrorCode, "?")
	}
	return found
}

// kindOf keeps messages and events apart: an event named "text" is none. How one
// subscription notice ended (EventGrantSent) is no leave to send another.
func kindOf(m *wechat.Message) string {
	if m.Type == wechat.TypeEvent {
		return kindOfEvent(m.Event)
	}
	switch m.Type {
	case wechat.TypeText:
		return model.InText
	case wechat.TypeVoice:
		return model.InVoice
	case wechat.TypeImage:
		return model.InPicture
	case wechat.TypeVideo, wechat.TypeShortVideo:
		return model.InVideo
	case wechat.TypeLocation:
		return model.InLocation
	case wechat.TypeLink:
		return model.InLink
	}
	return model.InOther
}

func kindOfEvent(event string) string {
	switch event {
	case wechat.EventSubscribe:
		return model.InFollow
	case wechat.EventUnsubscribe:
		return model.InUnfollow
	case wechat.EventScan:
		return model.InScan
	case wechat.EventClick:
		return model.InClick
	case wechat.EventGrantPopup, wechat.EventGrantChange:
		return model.InGrant
	case wechat.EventTemplateSent, wechat.EventGrantSent:
		return model.InSendState
	case wechat.EventMediaCheck:
		return model.InChecked
	}
	return model.InOther
}
