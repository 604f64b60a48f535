package simulator

import (
	"regexp"
	"strings"
)

// menu is an account's custom menu.
type menu struct {
	Button []button `json:"button"`
}

type button struct {
	Type     string   `json:"type,omitempty"`
	Name     string   `json:"name"`
	Key      string   `json:"key,omitempty"`
	URL      string   `json:"url,omitempty"`
	MediaID  string   `json:"media_id,omitempty"`
	AppID    string   `json:"appid,omitempty"`
	PagePath string   `json:"pagepath,omitempty"`
	Sub      []button `json:"sub_button"`
}

// menuCodes are the errcodes of one level of the menu.
type menuCodes struct{ kind, name, key, url, bytes int }

// escaped is a \uXXXX escape, which menus refuse: 40033.
var escaped = regexp.MustCompile(`\\u[0-9a-fA-F]{4}`)

// createMenu is cgi-bin/menu/create.
func (s *Simulator) createMenu(req *request) (any, *apiError) {
	if escaped.Match(req.body) {
		return nil, failure(40033, "invalid charset. please check your request, if include \\uxxxx will create fail!")
	}
	var in menu
	if failed := req.read(&in); failed != nil {
		return nil, failed
	}
	if failed := checkMenu(in); failed != nil {
		return nil, failed
	}
	req.account.menu = &in
	req.account.menuRev++
	s.announce()
	return ok(nil), nil
}

// checkMenu enforces three buttons with five sub-buttons each, and the lengths.
func checkMenu(in menu) *apiError {
	if len(in.Button) < 1 || len(in.Button) > 3 {
		return failure(40016, "invalid button size")
	}
	top := menuCodes{kind: 40017, name: 40018, key: 40019, url: 40020, bytes: 16}
	sub := menuCodes{kind: 40024, name: 40025, key: 40026, url: 40027, bytes: 60}
	for _, b := range in.Button {
		if len(b.Sub) > 5 {
			return failure(40023, "invalid sub button size")
		}
		if len(b.Sub) > 0 {
			if failed := checkName(b, top); failed != nil {
				return failed
			}
			for _, child := range b.Sub {
				if len(child.Sub) > 0 {
					return failure(40022, "invalid sub button level")
				}
				if failed := checkButton(child, sub); failed != nil {
					return failed
				}
			}
			continue
		}
		if failed := checkButton(b, top); failed != nil {
			return failed
		}
	}
	return nil
}

func checkName(b button, codes menuCodes) *apiError {
	if strings.TrimSpace(b.Name) == "" || len(b.Name) > codes.bytes {
		return failure(codes.name, "invalid button name size")
	}
	return nil
}

// checkButton checks one button by its type.
func checkButton(b button, codes menuCodes) *apiError {
	if failed := checkName(b, codes); failed != nil {
		return failed
	}
	switch b.Type {
	case "click", "scancode_push", "scancode_waitmsg", "pic_sysphoto", "pic_photo_or_album", "pic_weixin", "location_select":
		if len(b.Key) < 1 || len(b.Key) > 128 {
			return failure(codes.key, "invalid button key size")
		}
	case "view":
		if len(b.URL) < 1 || len(b.URL) > 1024 || !isWeb(b.URL) {
			return failure(codes.url, "invalid button url size")
		}
	case "miniprogram":
		if b.AppID == "" || b.PagePath == "" || len(b.URL) > 1024 || !isWeb(b.URL) {
			return failure(codes.url, "invalid button url size")
		}
	case "media_id", "view_limited", "article_id", "article_view_limited":
		if b.MediaID == "" {
			return failure(40007, "invalid media_id")
		}
	default:
		return failure(codes.kind, "invalid button type")
	}
	return nil
}

func isWeb(url string) bool {
	return strings.HasPrefix(url, "http://") || strings.HasPrefix(url, "https://")
}

// getMenu is cgi-bin/menu/get.
func (s *Simulator) getMenu(req *request) (any, *apiError) {
	if req.account.menu == nil {
		return nil, failure(46003, "menu no exist")
	}
	return object{"menu": req.account.menu}, nil
}

// deleteMenu is cgi-bin/menu/delete.
func (s *Simulator) deleteMenu(req *request) (any, *apiError) {
	req.account.menu = nil
	req.account.menuRev++
	s.announce()
	return ok(nil), nil
}
