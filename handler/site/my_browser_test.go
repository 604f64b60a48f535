package site_test

import (
	"strings"
	"testing"
	"time"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/desk"
	"cunwu/service/mediation"
	"cunwu/service/village"
)

// agreeing is a dispute of 王小草 with 孙有田 whose agreement waits for signatures.
func agreeing(h *handlertest.House) mediation.Ref {
	h.T.Helper()
	bound := func(name string) model.Actor {
		h.SignIn("yunxi", name)
		actor, p := h.Actor("yunxi", name), h.Person("yunxi", name)
		actor.Account, actor.OpenID = handlertest.Official, "o"+p.ID
		return actor
	}
	wang, sun, lee := bound("王小草"), bound("孙有田"), bound("李强")
	filed, err := h.Deps.Disputes.File(h.Ctx, wang, mediation.NewDispute{Kind: "邻里", Other: village.Named{Name: "孙有田"}, Facts: "他家的树挡了光", Wish: "剪到墙头"})
	h.OK(err)
	ref := mediation.RefOf(filed.Dispute)
	_, err = h.Deps.Disputes.Accept(h.Ctx, lee, ref)
	h.OK(err)
	_, err = h.Deps.Disputes.Consent(h.Ctx, sun, ref, "api")
	h.OK(err)
	_, err = h.Deps.Disputes.RecordSession(h.Ctx, lee, ref, mediation.Held{Attended: []string{"王小草", "孙有田"}, Record: "双方同意剪树"})
	h.OK(err)
	_, err = h.Deps.Disputes.WriteAgreement(h.Ctx, lee, ref, mediation.Draft{Form: model.FormSigned, Facts: "树挡了光", Responsibility: "乙方剪树", Content: "剪到墙头", Manner: "当面看过", OnlyProperty: true,
		Promises: []mediation.Promise{{By: model.PartRespondent, What: "把树剪到墙头", DueOn: h.Clock.Now().AddDate(0, 0, 7).Format(time.DateOnly)}}})
	h.OK(err)
	return ref
}

// An agreement is read in full and signed by both; its promise is asked about, and
// the court's days are counted.
func TestSigningAnAgreement(t *testing.T) {
	h := settled(t)
	ref := agreeing(h)
	at := "/v/yunxi/disputes/" + ref.ID
	me, other := h.SignIn("yunxi", "王小草"), h.SignIn("yunxi", "孙有田")
	page := me.Get(at).Want(200, "协议书（第1稿）", "剪到墙头", "全文的校验值", "把树剪到墙头")
	page.Submit("签名").Want(422, "请先看完全文")
	page.Submit("签名", "read", "1", "hash", strings.Repeat("0", 64)).Want(409, "协议已经改过")
	page.Submit("签名", "read", "1").Want(200, "签好了", "您签过了")
	other.Get(at).Submit("签名", "read", "1").Want(200, "您签过了")
	h.SignIn("yunxi", "李强").Get(strings.Replace(at, "/v/", "/console/", 1)).Submit("我签名，盖章").Want(200)
	page = me.Get(at).Want(200, "生效", "还剩", "申请书", "下载盖章的协议书")
	page.Submit("我们已经一起申请了").Want(200, "已向法院申请司法确认")
	me.Get(at).Submit("做到了").Want(200, "协议已履行")
}

// TestMyPagesInABrowser looks at the pages of whoever is signed in, as the other
// browser tests do.
func TestMyPagesInABrowser(t *testing.T) {
	h := settled(t)
	whose := model.PublicID("yunxi", helps(h, "李奶奶", "王小草").ID)
	dispute := agreeing(h)
	filed, err := h.Deps.Desk.File(h.Ctx, h.Actor("yunxi", "王小草"), desk.Filing{Words: desk.Words{Text: "村口的路灯坏了三天"}})
	h.OK(err)
	vote := openPoll(h, false)
	h.SignIn("yunxi", "王小草").Get("/v/yunxi/proposals").Submit("提出来", "title", "装路灯", "text", "晚上看不见")
	const at = "/v/yunxi"
	pages := map[string]string{"ask": at + "/ask", "cases": at + "/cases", "elder": at + "/cases?for=" + whose, "case": at + "/cases/" + filed.Case.ID, "disputes": at + "/disputes",
		"dispute": at + "/disputes/" + dispute.ID, "new-dispute": at + "/disputes/new", "legal": at + "/legal", "merit": at + "/merit", "claim": at + "/merit/claim", "store": at + "/merit/store",
		"me": at + "/me", "bind": at + "/me/bind", "corrections": at + "/me/corrections", "helpers": at + "/me/helpers", "sessions": at + "/me/sessions", "consents": at + "/me/consents",
		"erasure": at + "/me/erasure", "notices": at + "/notices", "receipts": at + "/me/receipts", "votes": at + "/vote", "vote": at + "/vote/" + vote.ID, "proposals": at + "/proposals"}
	b := h.SignIn("yunxi", "王小草")
	w := h.Window(b)
	for name, path := range pages {
		b.Get(path).Want(200, "王小草")
		w.Open(path)
		w.Look("my-" + name)
	}
}
