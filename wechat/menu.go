package wechat

import (
	"context"

	"github.com/silenceper/wechat/v2/officialaccount/menu"
)

const menuPath = "/cgi-bin/menu/create"

// Button is one entry of an official account's menu: one that acts, or, with
// Sub, one that opens up to five others. Type is click (Key), view (URL) or
// miniprogram (AppID, PagePath, and URL for old clients).
type Button struct {
	Name, Type, Key, URL, AppID, PagePath string
	Sub                                   []Button
}

// SetMenu replaces the account's menu: at most three buttons, each with at
// most five below. People see it within five minutes [U].
func (c *Client) SetMenu(ctx context.Context, buttons []Button) error {
	if len(buttons) == 0 || len(buttons) > 3 {
		return invalid(menuPath, "a menu of %d buttons, not 1 to 3", len(buttons))
	}
	for _, button := range buttons {
		if len(button.Sub) > 5 {
			return invalid(menuPath, "%d buttons under %s, at most 5", len(button.Sub), button.Name)
		}
	}
	return c.sdkCall(ctx, menuPath, func(p pass) error {
		return menu.NewMenu(c.official(p)).SetMenu(sdkButtons(buttons))
	})
}

func sdkButtons(buttons []Button) []*menu.Button {
	list := make([]*menu.Button, len(buttons))
	for i, b := range buttons {
		list[i] = &menu.Button{Type: b.Type, Name: b.Name, Key: b.Key, URL: b.URL, AppID: b.AppID, PagePath: b.PagePath}
		if len(b.Sub) > 0 {
			list[i] = menu.NewSubButton(b.Name, sdkButtons(b.Sub))
		}
	}
	return list
}
