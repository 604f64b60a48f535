package site_test

import (
	"bytes"
	"image"
	"image/color"
	encode "image/png"
	"regexp"
	"strings"
	"testing"
	"time"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/merit"
)

// A deed is claimed with a picture, praised, goods are redeemed by code, and given
// back.
func TestPointsFromDeedToCounter(t *testing.T) {
	h := settled(t)
	reviewers := []string{"钱一", "孙二", "周三"}
	h.Settle("yunxi", append([]string{"冯守"}, reviewers...)...)
	for _, name := range reviewers {
		h.Grant("yunxi", name, model.RolePointReviewer)
	}
	h.Grant("yunxi", "冯守", model.RoleStoreKeeper)
	me := h.SignIn("yunxi", "王小草")
	me.Get("/v/yunxi/merit").Want(200, "还没有积分办法")
	me.Get("/v/yunxi/merit/claim").Want(200, "还没有积分办法")
	_, err := h.Deps.Merit.AdoptBook(h.Ctx, h.Actor("yunxi", "张明"), merit.NewBook{VillageID: "yunxi", Resolution: "2026年第1次村民代表会议决议", AdoptedOn: h.Clock.Now().Format(time.DateOnly), Carry: 60,
		Deeds: []model.MeritDeed{{Number: 1, Name: "打扫村道", Points: 5, Evidence: model.EvidencePicture, Who: model.DeedSelf}, {Number: 2, Name: "见义勇为", Points: 100, Evidence: model.EvidenceWords, Who: model.DeedPraise}}})
	h.OK(err)
	h.Clock.Advance(24 * time.Hour)
	me = h.SignIn("yunxi", "王小草")
	form := me.Get("/v/yunxi/merit/claim").Want(200, "打扫村道（5分，要照片）")
	form.Submit("报上去", "deed", "1", "text", "扫了村口").Want(422, "要有照片", "扫了村口")
	form.Submit("报上去", "deed", "1", "text", "扫了村口", "files", handlertest.File{Name: "a.png", Body: drawing(t)}).Want(200, "积分1号")
	at := me.Get("/v/yunxi/merit/claims").Want(200, "积分1号 打扫村道", "正在评议").Follow("积分1号").Want(200, "扫了村口").Path
	h.SignIn("yunxi", "李奶奶").Get(at).Want(404)
	h.SignIn("shiqiao", "赵石").Get(at).Want(404)
	file := regexp.MustCompile(`/v/yunxi/files/[0-9a-f]{32}`).FindString(me.Get(at).Body)
	if sent := me.Get(file); sent.Status != 200 || !strings.HasPrefix(sent.Header.Get("Content-Type"), "image/") {
		t.Errorf("the picture was answered %d", sent.Status)
	}
	h.SignIn("yunxi", "李奶奶").Get(file).Want(404)
	h.SignIn("yunxi", "孙有田").Get("/v/yunxi/merit/claim").Submit("报上去", "deed", "2", "name", "王小草", "text", "下河救了孩子").Want(200, "积分2号")
	approve(h, reviewers...)
	h.SignIn("yunxi", "李奶奶").Get("/v/yunxi/merit/notice").Want(200, "王小草：见义勇为")
	h.Clock.Advance(8 * 24 * time.Hour)
	_, err = h.Deps.Merit.PostDue(h.Ctx)
	h.OK(err)
	me = h.SignIn("yunxi", "王小草")
	me.Get("/v/yunxi/merit").Want(200, "105分可以用", "不上榜").Submit("愿意上榜").Want(200, "您家上光荣榜了", "不上榜了")
	_, err = h.Deps.Merit.AddGoods(h.Ctx, h.Actor("yunxi", "冯守"), merit.NewGoods{VillageID: "yunxi", Name: "盐", Price: 3, Stock: 3})
	h.OK(err)
	store := me.Get("/v/yunxi/merit/store").Want(200, "盐", "3分一件")
	if back := store.Submit("换", "quantity", "9").Want(409, "没有货"); back.Value("quantity") != "9" {
		t.Error("how many was lost")
	}
	store.Submit("换", "quantity", "2").Want(200, "留好了", "给管理员看这个码").Submit("不换了").Want(200, "积分退回", "取消")
	me.Get("/v/yunxi/merit").Want(200, "105分可以用")
}

func approve(h *handlertest.House, reviewers ...string) {
	h.T.Helper()
	for _, name := range reviewers {
		asked, err := h.Deps.Merit.ToReview(h.Ctx, h.Actor("yunxi", name), "yunxi", 10)
		h.OK(err)
		for _, c := range asked {
			_, err := h.Deps.Merit.Review(h.Ctx, h.Actor("yunxi", name), merit.Ref{VillageID: "yunxi", ID: c.ID}, true, "")
			if !model.IsCode(err, model.Conflict) && !model.IsCode(err, model.Forbidden) { // two words were enough
				h.OK(err)
			}
		}
	}
}

// drawing is a picture that isn't blank.
func drawing(t *testing.T) []byte {
	t.Helper()
	picture := image.NewRGBA(image.Rect(0, 0, 64, 64))
	for i := range 64 * 64 {
		picture.Set(i%64, i/64, color.RGBA{uint8(i * 7), uint8(i * 3), uint8(i), 255})
	}
	var out bytes.Buffer
	if err := encode.Encode(&out, picture); err != nil {
		t.Fatal(err)
	}
	return out.Bytes()
}

// A story is shown once its person agreed to it, and no longer when they take it
// down.
func TestAStoryNeedsItsPerson(t *testing.T) {
	h := settled(t)
	story, err := h.Deps.Merit.WriteStory(h.Ctx, h.Actor("yunxi", "张明"), merit.NewStory{VillageID: "yunxi", PersonID: h.Person("yunxi", "王小草").ID, Title: "河里救人", Text: "那天夜里下着雨。"})
	h.OK(err)
	me, other := h.SignIn("yunxi", "王小草"), h.SignIn("yunxi", "李奶奶")
	other.Get("/v/yunxi/merit/stories").Lacks("河里救人")
	other.Get("/v/yunxi/honours").Lacks("河里救人")
	page := me.Get("/v/yunxi/merit").Follow("写我的事迹").Want(200, "河里救人", "等您同意")
	page.Submit("同意公开", "edition", "7").Want(409)
	me.Get("/v/yunxi/merit/stories").Submit("同意公开").Want(200, "您同意了")
	other.Get("/v/yunxi/honours/"+story.ID).Want(200, "那天夜里下着雨")
	me.Get("/v/yunxi/merit/stories").Submit("不公开").Want(200, "撤下了")
	other.Get("/v/yunxi/honours/" + story.ID).Want(404)
}
