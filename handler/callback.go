package handler

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/model"
	"cunwu/service/inbox"
	"cunwu/wechat"
)

const (
	maxBody    = 1 << 20
	clockAlert = 5 * time.Minute // WeChat's clock further off than this is reported; ten minutes are refused
)

// callback is WeChat's door: what a person sent to an account, and events.
type callback struct {
	inbox   *inbox.Service
	metrics *metrics
	now     func() time.Time
	log     *slog.Logger
}

// check answers the platform's test of the address.
func (h *callback) check(codecs map[string]*wechat.Codec) gin.HandlerFunc {
	return func(c *gin.Context) {
		codec := codecs[c.Param("appid")]
		if codec == nil {
			c.Status(http.StatusNotFound)
			return
		}
		echo, err := codec.VerifyURL(c.Request.URL.Query())
		if err != nil {
			h.metrics.forged.Inc()
			c.Status(http.StatusForbidden)
			return
		}
		c.Data(http.StatusOK, "text/plain; charset=utf-8", []byte(echo))
	}
}

// receive takes a delivery. What is forged or stale leaves no trace but a
// counter; what can't be kept is an error, so that WeChat delivers it again.
func (h *callback) receive(codecs map[string]*wechat.Codec) gin.HandlerFunc {
	return func(c *gin.Context) {
		codec := codecs[c.Param("appid")]
		if codec == nil {
			c.Status(http.StatusNotFound)
			return
		}
		body, err := io.ReadAll(http.MaxBytesReader(c.Writer, c.Request.Body, maxBody))
		if err != nil {
			c.Status(unreadable(err))
			return
		}
		message, err := codec.Decode(c.Request.URL.Query(), body)
		switch {
		case errors.Is(err, wechat.ErrForged), errors.Is(err, wechat.ErrStale):
			h.metrics.forged.Inc()
			c.Status(http.StatusForbidden)
		case err != nil:
			h.keepRaw(c, message, err)
		default:
			h.answer(c, codec, message)
		}
	}
}

func unreadable(err error) int {
	var large *http.MaxBytesError
	if errors.As(err, &large) {
		return http.StatusRequestEntityTooLarge
	}
	return http.StatusBadRequest
}

// keepRaw keeps what is WeChat's and yet not readable.
func (h *callback) keepRaw(c *gin.Context, message *wechat.Message, cause error) {
	h.metrics.delivered("unreadable", "raw")
	if message == nil {
		c.Status(http.StatusBadRequest)
		return
	}
	if err := h.inbox.ReceiveRaw(c.Request.Context(), message.AppID, cause.Error(), message.Raw); err != nil {
		h.failed(c, err)
		return
	}
	c.String(http.StatusOK, "success")
}

func (h *callback) answer(c *gin.Context, codec *wechat.Codec, message *wechat.Message) {
	if off := h.now().Sub(message.SignedAt).Abs(); off > clockAlert {
		h.metrics.clockOff.Inc()
		h.log.Warn("WeChat's clock and ours are apart", "seconds", off.Seconds())
	}
	in := incoming(message)
	reply, err := h.inbox.Receive(c.Request.Context(), in)
	if err != nil {
		h.metrics.delivered(in.Kind, "refused")
		h.failed(c, err)
		return
	}
	h.metrics.delivered(in.Kind, "answered")
	body, contentType, err := codec.EncodeReply(message, wechat.Reply{Text: reply.Text})
	if err != nil {
		h.failed(c, err)
		return
	}
	c.Data(http.StatusOK, contentType, body)
}

func (h *callback) failed(c *gin.Context, err error) {
	h.log.Error("a delivery could not be kept", "request_id", requestID(c), "error", err)
	c.Status(http.StatusInternalServerError)
}

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
	case model.InGrant:
		for _, g := range m.Grants {
			in.Grants = append(in.Grants, model.Grant{TemplateID: g.TemplateID, Accepted: g.Status == "accept"})
		}
	}
	return in
}

func kindOf(m *wechat.Message) string {
	name := m.Type
	if name == wechat.TypeEvent {
		name = m.Event
	}
	switch name {
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
	case wechat.EventTemplateSent:
		return model.InSendState
	}
	return model.InOther
}
