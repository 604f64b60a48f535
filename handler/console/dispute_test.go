package console_test

import (
	"archive/zip"
	"bytes"
	"strings"
	"testing"

	"cunwu/handler/handlertest"
	"cunwu/model"
	"cunwu/service/mediation"
	"cunwu/service/village"
)

// quarrel settles two neighbours, who serves them, and a dispute that was filed.
func quarrel(t *testing.T) (*handlertest.House, model.Dispute) {
	t.Helper()
	h := handlertest.New(t)
	h.Settle("yunxi", "王小草", "孙一", "张明", "李调", "周调", "吴律")
	h.Grant("yunxi", "张明", model.RoleBranchSecretary)
	h.Grant("yunxi", "李调", model.RoleMediator)
	h.Grant("yunxi", "吴律", model.RoleLawyer)
	h.Grant("xishan", "赵镇", model.RoleTownship)
	for _, name := range []string{"王小草", "孙一"} {
		h.SignIn("yunxi", name)
	}
	filed, err := h.Deps.Disputes.File(h.Ctx, h.Actor("yunxi", "王小草"), mediation.NewDispute{Kind: "邻里", Other: village.Named{Name: "孙一"}, Facts: "他家的树遮了我家的窗", Wish: "把树剪一剪"})
	h.OK(err)
	return h, filed.Dispute
}

// From the mediator's first look to a signed paper, on pages alone.
func TestAMediationAtTheDesk(t *testing.T) {
	h, d := quarrel(t)
	at := "/console/yunxi/disputes/" + d.ID
	mediator := h.SignIn("yunxi", "李调")
	mediator.Get("/console/yunxi").Want(200, "分给您了，等您接手").Lacks("王小草", "孙一")
	mediator.Get("/console/yunxi/disputes").Want(200, "邻里", "等调解员接手").Follow("邻里").Want(200, "王小草", "孙一", "还没答复").Submit("接手").Want(200, "接手了", "等对方答复")
	mediator.Get(at).Submit("愿意调解", "how", "visit").Want(200, "人民调解员正在调解", "他家的树遮了我家的窗")
	bad := mediator.Get(at).Submit("约好，通知双方", "at", "2020-01-01T09:00", "place", "村委会").Want(422, "今后一年内")
	if bad.Value("place") != "村委会" {
		t.Error("what was typed is lost")
	}
	bad.Submit("约好，通知双方", "at", h.Clock.Now().In(model.Shanghai).AddDate(0, 0, 2).Format("2006-01-02T15:04")).Want(200, "约好了", "还没记录")
	mediator.Get(at).Submit("记好", "attended", "王小草\n孙一", "record", "孙一愿意剪树").Want(200, "到场：王小草、孙一", "孙一愿意剪树")
	mediator.Get(at).Submit("发出去", "to", "both", "text", "请看协议").Want(200, "请看协议")

	form := mediator.Get(at+"/agreement").Want(200, "双方都同意调解", "物权编", "他家的树遮了我家的窗")
	due := h.Clock.Now().In(model.Shanghai).AddDate(0, 0, 10).Format("2006-01-02")
	wrong := form.Submit("写好", "content", "孙一剪树", "what_1", "剪树", "yuan_1", "一百", "due_1", due).Want(422, "金额“一百”看不懂")
	if wrong.Value("what_1") != "剪树" || wrong.Value("due_1") != due {
		t.Error("a promise that was typed is lost")
	}
	wrong.Submit("写好", "form", "ink", "yuan_1", "1,200.50").Want(200, "人民调解协议书", "1,200.50", "等签名", "孙一剪树")
	mediator.Get(at).Submit("登记，协议生效").Want(422, "签好名的协议")
	mediator.Get(at).Submit("登记，协议生效", "files", paperPhoto(h, "协议.png")).Want(200, "已达成协议", "生效", "一起向法院申请司法确认", "签好的纸")

	h.SignIn("yunxi", "张明").Get(at).Want(404)
	h.SignIn("yunxi", "张明").Get("/console/yunxi/disputes").Want(200, "调解的数字", "太少").Lacks("王小草")
	h.SignIn("yunxi", "吴律").Get(at).Want(404)
	town := h.SignIn("xishan", "赵镇")
	town.Get("/console/yunxi/disputes").Want(200, "邻里", "已达成协议").Follow("邻里").Want(200, "孙一剪树")
	town.Get("/console/shiqiao/disputes/" + d.ID).Want(404)
	archive := town.Get("/console/yunxi/disputes/archive")
	if archive.Status == 200 {
		if _, err := zip.NewReader(strings.NewReader(archive.Body), int64(len(archive.Body))); err != nil {
			t.Errorf("no archive: %v", err)
		}
	} else if !bytes.Contains([]byte(archive.Body), []byte("字体")) {
		t.Errorf("the archive answered %d", archive.Status)
	}
}

// Who mediates what, which lawyer answers when; a red flag bars the end.
func TestPeopleAndDangerOfDisputes(t *testing.T) {
	h, d := quarrel(t)
	mediator := h.SignIn("yunxi", "李调")
	mediator.Get("/console/yunxi/disputes/people").Want(200, "李调", "还没有选").Submit("记下", "kind", []string{"邻里", "环境"}).Want(200, "邻里、环境").Lacks("律师值班")
	lawyer := h.SignIn("yunxi", "吴律")
	today := h.Clock.Now().In(model.Shanghai)
	people := lawyer.Get("/console/yunxi/disputes/people").Want(200, "律师值班", "没有排")
	people.Submit("排班", "from", today.AddDate(0, 0, 3).Format("2006-01-02"), "to", today.Format("2006-01-02")).Want(422, "从哪天到哪天")
	people.Submit("排班", "from", today.Format("2006-01-02"), "to", today.AddDate(0, 0, 6).Format("2006-01-02")).Want(200, "值班排好了", "吴律")

	at := "/console/yunxi/disputes/" + d.ID
	mediator.Get(at).Submit("接手").Want(200)
	_, err := h.Deps.Disputes.Say(h.Ctx, h.Actor("yunxi", "王小草"), mediation.RefOf(d), "", said("他拿刀砍我，出血了，快来人"))
	h.OK(err)
	mediator.Get("/console/yunxi").Want(200, "危险", "该打110就打110")
	mediator.Get(at).Want(200, "登记报告以前不能办结").Submit("结束调解", "fail", "谈不拢").Want(409, "先登记报告")
	mediator.Get(at).Submit("登记报告", "report", "3月5日报了派出所，民警来过").Want(200, "报告登记好了", "民警来过")
	mediator.Get(at).Submit("结束调解", "fail", "谈不拢").Want(200, "没有调解成，结束了", "谈不拢")
	h.SignIn("yunxi", "李调").Get("/console/yunxi/disputes?ended=1").Want(200, "邻里")
}
