package console_test

import (
	"testing"

	"cunwu/handler/handlertest"
	"cunwu/model"
)

func TestWhoMayComeIn(t *testing.T) {
	h := handlertest.New(t)
	h.Settle("yunxi", "王小草", "张明")
	h.Grant("yunxi", "张明", model.RoleBranchSecretary)
	h.Grant("xishan", "赵镇", model.RoleTownship)

	h.Browser().Get("/console").Want(200, "用登录码登录")
	h.SignIn("yunxi", "王小草").Get("/console").Want(403, "没有职务")
	h.SignIn("yunxi", "王小草").Get("/console/yunxi").Want(403, "没有职务")
	boss := h.SignIn("yunxi", "张明")
	boss.Get("/console").Want(200, "今天要办的", "云溪村")
	boss.Get("/console/shiqiao").Want(403)
	h.SignIn("xishan", "赵镇").Get("/console").Want(200, "云溪村", "石桥村").Follow("石桥村").Want(200, "今天要办的")
}
