package wechat

import (
	"context"
	"strings"
)

const customPath = "/cgi-bin/message/custom/send"

// Customer-service messages are sent by our own calls, not the SDK's: that
// gives errcode only as a text, takes no context, and can't tell a message
// that may have arrived from one that didn't.

// MenuItem is one tappable answer of SendMenu. ID comes back as
// Message.MenuID, Content as its Text.
type MenuItem struct {
	ID      string `json:"id"`
	Content string `json:"content"`
}

// SendText sends a text, cut to MaxTextBytes. It needs an open window: five
// messages within 48 hours of the person's last message, or three within a
// minute of a menu tap, follow or scan; else errcode 45015 or 45047, class
// ClassRecipient.
func (c *Client) SendText(ctx context.Context, openID, text string) error {
	text = CutText(cleanText(text), MaxTextBytes)
	if strings.TrimSpace(text) == "" {
		return invalid(customPath, "an empty text")
	}
	return c.sendCustom(ctx, openID, "text", map[string]string{"content": text})
}

// SendMenu sends answers to tap (msgmenu) between two texts, in the same
// windows as SendText. Needs a verified service account. Digits typed instead
// of a tap come as plain text.
func (c *Client) SendMenu(ctx context.Context, openID, head string, items []MenuItem, tail string) error {
	if len(items) == 0 {
		return invalid(customPath, "a menu without items")
	}
	list := make([]MenuItem, len(items))
	for i, item := range items {
		if item.ID == "" || item.Content == "" {
			return invalid(customPath, "menu item %d lacks its id or text", i+1)
		}
		list[i] = MenuItem{ID: item.ID, Content: cleanText(item.Content)}
	}
	return c.sendCustom(ctx, openID, "msgmenu", map[string]any{
		"head_content": CutText(cleanText(head), MaxTextBytes),
		"list":         list,
		"tail_content": CutText(cleanText(tail), MaxTextBytes),
	})
}

// SendVoice sends a voice by its media id, in the same windows as SendText.
func (c *Client) SendVoice(ctx context.Context, openID, mediaID string) error {
	return c.sendMedia(ctx, openID, "voice", mediaID)
}

// SendImage sends a picture by its media id, in the same windows as SendText.
func (c *Client) SendImage(ctx context.Context, openID, mediaID string) error {
	return c.sendMedia(ctx, openID, "image", mediaID)
}

func (c *Client) sendMedia(ctx context.Context, openID, kind, mediaID string) error {
	if mediaID == "" {
		return invalid(customPath, "no media id")
	}
	return c.sendCustom(ctx, openID, kind, map[string]string{"media_id": mediaID})
}

// sendCustom sends one customer-service message; content stands under the
// name of its kind.
func (c *Client) sendCustom(ctx context.Context, openID, kind string, content any) error {
	return c.send(ctx, customPath, openID, map[string]any{"touser": openID, "msgtype": kind, kind: content})
}

// send makes a call that a person sees: an unknown outcome is told apart.
func (c *Client) send(ctx context.Context, path, openID string, body any) error {
	if openID == "" {
		return invalid(path, "no openid")
	}
	what, err := post(path, body)
	if err != nil {
		return err
	}
	what.visible = true
	return c.callJSON(ctx, what, nil)
}
