package handler

import (
	"errors"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/gin-gonic/gin"

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
	warned  atomic.Int64 // Unix seconds of the last warning about the clock
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
			h.refuse(c, err)
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
			h.refuse(c, err)
		case err != nil:
			h.keepRaw(c, message, err)
		default:
			h.answer(c, codec, message)
		}
	}
}

func (h *callback) refuse(c *gin.Context, err error) {
	if errors.Is(err, wechat.ErrStale) {
		h.metrics.stale.Inc()
	} else {
		h.metrics.forged.Inc()
	}
	c.Status(http.StatusForbidden)
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
	if err := h.inbox.ReceiveRaw(c.Request.Context(), message.AppID, cause.Error(), message.Raw); err != nil {
		h.metrics.delivered("unreadable", "refused")
		h.failed(c, err)
		return
	}
	h.metrics.delivered("unreadable", "raw")
	c.String(http.StatusOK, "success")
}

func (h *callback) answer(c *gin.Context, codec *wechat.Codec, message *wechat.Message) {
	h.compareClocks(message.SignedAt)
	in := incoming(message)
	reply, err := h.inbox.Receive(c.Request.Context(), in)
	if err != nil {
		h.metrics.delivered(in.Kind, "refused")
		h.failed(c, err)
		return
	}
	h.metrics.delivered(in.Kind, "answered")
	body, contentType, err := codec.EncodeReply(message, wechat.Reply{Text: reply.Text})
	if err != nil { // it names nobody to answer; to deliver it again would help nobody
		h.log.Error("a reply could not be written", "request_id", requestID(c), "error", err)
		body, contentType = []byte("success"), "text/plain; charset=utf-8"
	}
	c.Data(http.StatusOK, contentType, body)
}

// compareClocks counts each delivery whose signed time is far from ours, and says
// so once a minute.
func (h *callback) compareClocks(signed time.Time) {
	now := h.now()
	off := now.Sub(signed).Abs()
	if off <= clockAlert {
		return
	}
	h.metrics.clockOff.Inc()
	if last := h.warned.Load(); now.Unix()-last >= 60 && h.warned.CompareAndSwap(last, now.Unix()) {
		h.log.Warn("WeChat's clock and ours are apart", "seconds", off.Seconds())
	}
}

func (h *callback) failed(c *gin.Context, err error) {
	h.log.Error("a delivery could not be kept", "request_id", requestID(c), "error", err)
	c.Status(http.StatusInternalServerError)
}
