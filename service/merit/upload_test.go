package merit_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"testing"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/media"
	"cunwu/service/merit"
	"cunwu/service/notice"
)

type noWeChat struct{}

func (noWeChat) Fetch(context.Context, string, string, int64) (string, []byte, error) {
	return "", nil, errors.New("nothing is fetched here")
}

// withMedia gives the world a real place for files.
func (w *world) withMedia() *media.Service {
	files := media.New(w.store, noWeChat{}, media.NewFolder(w.t.TempDir()), slog.New(slog.DiscardHandler))
	w.Service = merit.New(w.store, merit.Rooms{People: w.people, Cases: w.cases, Notices: notice.New(w.store, silent{}, notice.Options{}), Log: w.log, Audit: audit.New(w.store)},
		merit.Options{Attach: files.Attach, Discard: files.Discard, Picture: func(ctx context.Context, villageID, id string) ([]byte, bool, error) {
			f, err := files.Open(ctx, villageID, id)
			if err != nil || f == nil {
				return nil, false, err
			}
			return f.Body, f.Kind != model.InPicture, nil
		}})
	return files
}

func TestUploadsBelongToTheirClaim(t *testing.T) {
	w := newWorld(t)
	files := w.withMedia()
	upload := func(who string, seed uint64) string {
		t.Helper()
		m, err := files.Upload(w.ctx, w.actor(who), yunxi, "a.jpg", bytes.NewReader(asJPEG(t, scene(seed), 90)))
		w.ok(err)
		return m.ID
	}
	claim := func(who string, upload string) (model.MeritClaim, error) {
		return w.Claim(w.ctx, w.actor(who), merit.NewClaim{VillageID: yunxi, Deed: 1, UploadIDs: []string{upload}})
	}
	picture := upload("李华", 1)
	c, err := claim("李华", picture)
	w.ok(err)
	kept, err := files.Of(w.ctx, yunxi, picture)
	w.ok(err)
	if kept.Subject != "merit/"+c.ID {
		t.Errorf("it belongs to %q", kept.Subject)
	}
	if _, err := claim("陈勇", upload("李华", 2)); model.AsError(err) == nil {
		t.Errorf("another's upload: %v", err)
	}
	again, err := claim("陈勇", upload("陈勇", 1))
	w.ok(err)
	_, err = w.CompareDue(w.ctx)
	w.ok(err)
	if w.claim(c.ID).Flags != "" || w.claim(again.ID).Flags != "photo" {
		t.Errorf("marks %q and %q", w.claim(c.ID).Flags, w.claim(again.ID).Flags)
	}
	w.ok(w.MaySeeFile(w.ctx, w.actor(w.asked(c)[0]), yunxi, picture))
	w.ok(w.MaySeeFile(w.ctx, w.actor("李华"), yunxi, picture))
	w.refused(w.MaySeeFile(w.ctx, w.actor("王大山"), yunxi, picture), model.Unknown, "没有找到")
	w.approved(c)
	w.refused(w.MaySeeFile(w.ctx, w.actor("王大山"), yunxi, picture), model.Unknown, "没有找到") // the notice shows no pictures

	elder := w.actor("王大山")
	elder.Account, elder.OpenID, elder.HelpedBy = "", "", w.villager("郑开").ID
	helped, err := w.Claim(w.ctx, elder, merit.NewClaim{VillageID: yunxi, Deed: 1, UploadIDs: []string{upload("郑开", 5)}, By: w.actor("郑开")})
	w.ok(err)
	if helped.Kind != model.ClaimBehalf || helped.ClaimantName != "郑开" || helped.PersonName != "王大山" {
		t.Errorf("%+v", helped)
	}
}
