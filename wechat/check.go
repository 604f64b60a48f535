package wechat

import (
	"context"
	"strconv"

	"github.com/silenceper/wechat/v2/miniprogram/security"
)

const (
	checkTextPath  = "/wxa/msg_sec_check"
	checkMediaPath = "/wxa/media_check_async"
	// maxCheckRunes is how much text one check takes.
	maxCheckRunes = 2500
)

// Suggest is what WeChat's content check advises.
type Suggest string

// What a check may advise. All but SuggestPass goes to a person.
const (
	SuggestPass   Suggest = "pass"
	SuggestReview Suggest = "review"
	SuggestRisky  Suggest = "risky"
)

// CheckScene tells the check where a text or file will stand.
type CheckScene int

// Scenes of CheckText and CheckMediaAsync.
const (
	SceneProfile CheckScene = iota + 1
	SceneComment
	SceneForum
	SceneSocial
)

// Kinds of file for CheckMediaAsync.
const (
	MediaAudio = 1
	MediaImage = 2
)

// TextCheck is the outcome of CheckText.
type TextCheck struct {
	Suggest Suggest // never empty: what WeChat doesn't say is SuggestReview
	Label   string  // 100 is normal; the others are WeChat's kinds of trouble
	TraceID string
}

// CheckText checks what a person wrote in the mini-program; openID is the
// person's there, who must have visited it within two hours, so chat text of
// the official account can't be checked. Texts beyond 2,500 characters are
// checked in pieces, and the worst answer counts. A failure is no pass: it
// goes to a person as SuggestReview does.
func (c *Client) CheckText(ctx context.Context, openID string, scene CheckScene, text string) (*TextCheck, error) {
	if openID == "" || scene < SceneProfile || scene > SceneSocial {
		return nil, invalid(checkTextPath, "no openid, or scene %d", scene)
	}
	var worst *TextCheck
	for runes := []rune(cleanText(text)); len(runes) > 0; {
		piece := runes[:min(len(runes), maxCheckRunes)]
		runes = runes[len(piece):]
		got, err := c.checkPiece(ctx, openID, scene, string(piece))
		if err != nil {
			return nil, err
		}
		if worst == nil || severity(got.Suggest) > severity(worst.Suggest) {
			worst = got
		}
	}
	if worst == nil {
		return &TextCheck{Suggest: SuggestPass, Label: "100"}, nil // nothing was written
	}
	return worst, nil
}

func (c *Client) checkPiece(ctx context.Context, openID string, scene CheckScene, text string) (*TextCheck, error) {
	var got security.MsgCheckResponse
	err := c.sdkCall(ctx, checkTextPath, func(p pass) (err error) {
		got, err = security.NewSecurity(c.mini(p)).MsgCheckContext(ctx,
			&security.MsgCheckRequest{OpenID: openID, Scene: security.MsgScene(scene), Content: text})
		return err
	})
	if err != nil {
		return nil, err
	}
	label := strconv.Itoa(int(got.Result.Label))
	return &TextCheck{Suggest: suggestion(Suggest(got.Result.Suggest)), Label: label, TraceID: got.TraceID}, nil
}

// suggestion maps what WeChat doesn't document to SuggestReview.
func suggestion(s Suggest) Suggest {
	if s == SuggestPass || s == SuggestRisky {
		return s
	}
	return SuggestReview
}

func severity(s Suggest) int {
	switch s {
	case SuggestPass:
		return 0
	case SuggestRisky:
		return 2
	}
	return 1
}

// CheckMediaAsync asks WeChat to check a picture or sound (kind) that it can
// fetch at fileURL, up to 10 MB. The outcome comes within 30 minutes as event
// EventMediaCheck with the returned trace id; openID as for CheckText.
func (c *Client) CheckMediaAsync(ctx context.Context, openID string, scene CheckScene, kind int, fileURL string) (traceID string, err error) {
	if openID == "" || scene < SceneProfile || scene > SceneSocial || kind != MediaAudio && kind != MediaImage {
		return "", invalid(checkMediaPath, "no openid, scene %d or kind %d", scene, kind)
	}
	err = c.sdkCall(ctx, checkMediaPath, func(p pass) (err error) {
		traceID, err = security.NewSecurity(c.mini(p)).MediaCheckAsyncContext(ctx, &security.MediaCheckAsyncRequest{
			MediaURL: fileURL, MediaType: uint8(kind), OpenID: openID, Scene: uint8(scene)})
		return err
	})
	return traceID, err
}
