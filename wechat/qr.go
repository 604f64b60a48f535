package wechat

import (
	"context"
	"net/url"
	"time"
	"unicode/utf8"

	"github.com/silenceper/wechat/v2/officialaccount/basic"
)

const (
	qrPath      = "/cgi-bin/qrcode/create"
	qrImagePath = "/cgi-bin/showqrcode?ticket="
	qrImageHost = "https://mp.weixin.qq.com"
	// maxQRLife is the longest that a temporary code lives: 30 days.
	maxQRLife = 2592000 * time.Second
)

// QR is a code of an official account. Whoever scans it follows the account if
// need be, and the account receives EventSubscribe with EventKey
// "qrscene_"+scene, or EventScan with EventKey scene.
type QR struct {
	Ticket    string
	URL       string    // what the code's picture encodes
	ImageURL  string    // where WeChat shows that picture, to anyone
	ExpiresAt time.Time // zero: never
}

// CreateQR makes a code for a scene of 1 to 64 characters. A lifetime of 0
// makes a permanent one, of which an account has 100,000; else 1 s to 30 days.
func (c *Client) CreateQR(ctx context.Context, scene string, lifetime time.Duration) (*QR, error) {
	if n := utf8.RuneCountInString(scene); n < 1 || n > 64 {
		return nil, invalid(qrPath, "a scene of %d characters, not 1 to 64", n)
	}
	if lifetime < 0 || lifetime > maxQRLife || lifetime > 0 && lifetime < time.Second {
		return nil, invalid(qrPath, "a lifetime of %v, not 1 s to 30 days or 0", lifetime)
	}
	request := basic.NewLimitQrRequest(scene) // string scenes: the SDK panics on int64
	if lifetime > 0 {
		request = basic.NewTmpQrRequest(lifetime, scene)
	}
	var ticket *basic.Ticket
	err := c.sdkCall(ctx, qrPath, func(p pass) (err error) {
		ticket, err = basic.NewBasic(c.official(p)).GetQRTicket(request)
		return err
	})
	if err != nil {
		return nil, err
	}
	qr := &QR{Ticket: ticket.Ticket, URL: ticket.URL, ImageURL: c.qrImage(ticket.Ticket)}
	if lifetime > 0 {
		qr.ExpiresAt = c.now().Add(time.Duration(ticket.ExpireSeconds) * time.Second)
	}
	return qr, nil
}

// qrImage is the address of a code's picture: on WeChat's own host for its own
// API, else on the API's.
func (c *Client) qrImage(ticket string) string {
	host := qrImageHost
	if base := c.base.String(); base != DefaultBaseURL {
		host = base
	}
	return host + qrImagePath + url.QueryEscape(ticket)
}
