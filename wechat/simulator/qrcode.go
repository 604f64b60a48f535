package simulator

import (
	"bytes"
	"fmt"
	"image/jpeg"
	"strconv"
	"time"

	goqr "github.com/piglig/go-qr"
)

const (
	longestQR       = 2_592_000
	defaultQR       = 60
	permanentLimit  = 100_000
	longestScene    = 64
	longestMini     = 32
	miniSceneLetter = "!#$&'()*+,/:;=?@-._~"
)

// qr is a QR code with a scene that the program has made.
type qr struct {
	scene, ticket, url string
	expires            time.Time // never when zero
	made               time.Time
}

// createQR is cgi-bin/qrcode/create.
func (s *Simulator) createQR(req *request) (any, *apiError) {
	var in struct {
		Expire int64  `json:"expire_seconds"`
		Action string `json:"action_name"`
		Info   struct {
			Scene struct {
				Str string `json:"scene_str"`
				ID  int64  `json:"scene_id"`
			} `json:"scene"`
		} `json:"action_info"`
	}
	if failed := req.read(&in); failed != nil {
		return nil, failed
	}
	scene, failed := sceneOf(in.Action, in.Info.Scene.Str, in.Info.Scene.ID)
	if failed != nil {
		return nil, failed
	}
	a, now := req.account, s.now()
	code := &qr{scene: scene, made: now, ticket: "gQ" + secret(64) + "==", url: "http://weixin.qq.com/q/" + secret(15)}
	out := object{"ticket": code.ticket, "url": code.url}
	if in.Action == "QR_LIMIT_SCENE" || in.Action == "QR_LIMIT_STR_SCENE" {
		if a.permanent >= permanentLimit {
			return nil, failure(45029, "qrcode count out of limit")
		}
		a.permanent++
	} else {
		if in.Expire == 0 {
			in.Expire = defaultQR
		}
		if in.Expire < 1 || in.Expire > longestQR {
			return nil, failure(40053, "invalid action info")
		}
		code.expires = now.Add(time.Duration(in.Expire) * time.Second)
		out["expire_seconds"] = in.Expire
	}
	a.qrs = append(a.qrs, code)
	return out, nil
}

// sceneOf checks a scene against its action.
func sceneOf(action, str string, id int64) (string, *apiError) {
	invalid := failure(40053, "invalid action info")
	switch action {
	case "QR_STR_SCENE", "QR_LIMIT_STR_SCENE":
		if len(str) < 1 || len(str) > longestScene {
			return "", invalid
		}
		return str, nil
	case "QR_SCENE":
		if id < 1 || id > 1<<32-1 {
			return "", invalid
		}
	case "QR_LIMIT_SCENE":
		if id < 1 || id > permanentLimit {
			return "", invalid
		}
	default:
		return "", failure(40052, "invalid action name")
	}
	return strconv.FormatInt(id, 10), nil
}

// showQR is cgi-bin/showqrcode, an image.
func (s *Simulator) showQR(req *request) (any, *apiError) {
	for _, a := range s.accounts {
		for _, code := range a.qrs {
			if code.ticket == req.query.Get("ticket") {
				return qrFile(code.url)
			}
		}
	}
	return nil, failure(40101, "invalid ticket") // the real one answers 404
}

// createMiniCode is wxa/getwxacodeunlimit. Its picture is a QR code, not a sunflower.
func (s *Simulator) createMiniCode(req *request) (any, *apiError) {
	var in struct {
		Scene string `json:"scene"`
		Page  string `json:"page"`
		Check *bool  `json:"check_path"`
	}
	if failed := req.read(&in); failed != nil {
		return nil, failed
	}
	if len(in.Scene) < 1 || len(in.Scene) > longestMini || !allOf(in.Scene, isMiniLetter) {
		return nil, failure(40169, "invalid length for scene, or the data is not json string")
	}
	if failed := checkPage(req.account, in.Page, in.Check == nil || *in.Check); failed != nil {
		return nil, failed
	}
	return qrFile(fmt.Sprintf("https://wxaurl.cn/%s/%s?scene=%s", req.account.AppID, in.Page, in.Scene))
}

// checkPage refuses pages that aren't published.
func checkPage(a *account, page string, check bool) *apiError {
	if page == "" || !check && page[0] != '/' {
		return nil
	}
	for _, published := range a.Pages {
		if published == page {
			return nil
		}
	}
	if page[0] == '/' || len(a.Pages) > 0 {
		return failure(41030, "invalid page")
	}
	return nil
}

func isMiniLetter(r rune) bool {
	return r >= '0' && r <= '9' || r >= 'a' && r <= 'z' || r >= 'A' && r <= 'Z' || bytes.ContainsRune([]byte(miniSceneLetter), r)
}

func allOf(text string, is func(rune) bool) bool {
	for _, r := range text {
		if !is(r) {
			return false
		}
	}
	return true
}

// qrFile is a picture of a QR code, as JPEG like the platform's.
func qrFile(text string) (any, *apiError) {
	code, err := goqr.EncodeText(text, goqr.Medium)
	if err != nil {
		return nil, failure(-1, "system error")
	}
	img, err := code.ToImage(goqr.NewQrCodeImgConfig(10, 4))
	if err != nil {
		return nil, failure(-1, "system error")
	}
	var out bytes.Buffer
	if err := jpeg.Encode(&out, img, &jpeg.Options{Quality: 90}); err != nil {
		return nil, failure(-1, "system error")
	}
	return file{contentType: "image/jpeg", body: out.Bytes()}, nil
}

// scanned is the newest code of a scene, and whether it has expired; nil for a scene that this
// simulator never made, such as one printed before it started. The caller holds mu.
func (a *account) scanned(scene string, now time.Time) (code *qr, expired bool) {
	for i := len(a.qrs) - 1; i >= 0; i-- {
		c := a.qrs[i]
		if c.scene != scene && c.url != scene && c.ticket != scene {
			continue
		}
		if c.expires.IsZero() || now.Before(c.expires) {
			return c, false
		}
		expired = true
	}
	return nil, expired
}

// Ticket is the newest QR code of a scene: what cgi-bin/showqrcode takes; empty when there is none.
func (s *Simulator) Ticket(appID, scene string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if a := s.accounts[appID]; a != nil {
		if c, _ := a.scanned(scene, s.now()); c != nil {
			return c.ticket
		}
	}
	return ""
}
