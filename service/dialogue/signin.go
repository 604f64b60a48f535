package dialogue

import (
	"context"
	"fmt"

	"cunwu/model"
)

// signInCode tells the sender a code by which a browser is signed in once.
func (t *turn) signInCode(ctx context.Context) (string, error) {
	if t.sessions == nil {
		return noSignIn, nil
	}
	code, err := t.sessions.ChatCode(ctx, t.sender)
	if err != nil {
		return "", err
	}
	return fmt.Sprintf(signInCodeReply, code[:4], code[4:]), nil
}

// scannedSignIn signs in the browser whose QR code was scanned. A refusal is told
// without touching what is being asked.
func (t *turn) scannedSignIn(ctx context.Context, scene string) (string, error) {
	if t.sessions == nil {
		return noSignIn, nil
	}
	label, err := t.sessions.Scanned(ctx, t.sender, scene)
	if refused := model.AsError(err); refused != nil {
		return refused.Message, nil //nolint:nilerr // a refusal is an answer
	}
	if label == "" {
		label = someBrowser
	}
	return fmt.Sprintf(scannedReply, label), err
}

// signOut ends all sessions, wherever the sender is signed in.
func (t *turn) signOut(ctx context.Context) (string, error) {
	if t.sessions == nil {
		return noSignIn, nil
	}
	return signedOutReply, t.sessions.EndAll(ctx, t.sender)
}
