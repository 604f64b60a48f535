package dialogue_test

import "testing"

func TestFollowingWelcomesAndScanningBinds(t *testing.T) {
	newPlace(t).play(`
		路人: [关注]
		< 您好，这里是云溪村
		< 直接打字、发语音或拍照片
		李秀英: [关注 bind_{code yunxi 李秀英}]
		< 绑定好了：云溪村 李秀英
		李秀英: [取关]
		<
		李秀英: [关注]
		< 您好
		李秀英: 我的
		< 云溪村 李秀英
	`)
}

func TestWhoeverIsNotBoundMayAskToo(t *testing.T) {
	newPlace(t).play(`
		路人: 路灯坏了
		< 编号 #1
		张明 ! 一位还没登记的乡亲：路灯坏了
		张明: #1 修好了
		路人 ! 修好了
		路人: 绑定 {code yunxi 李秀英}
		< 绑定好了
		路人: 1
		< 打个分
	`)
}

func TestWithoutAHomeTheVillageIsAskedAndTheMessageKept(t *testing.T) {
	p := newPlace(t)
	p.home = ""
	p.play(`
		路人: 路灯坏了
		< 请问您是哪个村的
		路人: 就在桥头
		< 这句也记下了
		路人: 云溪村
		< #1
		张明 ! 路灯坏了
		+2m
		张明 ! 就在桥头
		外人: [语音]
		< 回2：
		外人: 2
		< 编号
	`)
}

func TestOnePhoneOfACouple(t *testing.T) {
	newPlace(t).play(`
		老两口: 绑定 {code yunxi 王大山}
		老两口: 绑定 {code yunxi 李秀英}
		< 李秀英
		老两口: 路灯坏了
		< 编号 #1
		张明 ! #1 李秀英：路灯坏了
		张明: #1 修好了
		老两口 ! 【给李秀英】
		老两口: 我是 王大山
		< 现在是王大山在说话
		老两口: 水管漏了
		张明 ! #2 王大山：水管漏了
		老两口: 1
		< #1 解决了就好
	`)
}

func TestOnePersonInTwoVillages(t *testing.T) {
	p := newPlace(t)
	p.roster("heping", []resident{{name: "陈勇", household: "9", relation: "户主"}})
	p.play(`
		陈勇: 绑定 {code heping 陈勇}
		< 和平村 陈勇
		陈勇: 换村
		< 云溪村
		陈勇: 云溪
		陈勇: 取消
		陈勇: 换村
		陈勇: 1
		< 现在是
	`)
}

func TestWrongCodesAreCountedAndLock(t *testing.T) {
	newPlace(t).play(`
		路人: 绑定
		< 绑定 12345678
		路人: 绑定 11111111
		路人: 绑定 22222222
		路人: 绑定 33333333
		路人: 绑定 44444444
		路人: 绑定 55555555
		路人: 绑定 {code yunxi 李秀英}
		<! 绑定好了
		+61m
		路人: 绑定 {code yunxi 李秀英}
		< 绑定好了
	`)
}

func TestAHouseholdsCodeAsksWhoItIs(t *testing.T) {
	newPlace(t).play(`
		路人: 绑定 {household 302}
		< 请问您是
		< 李秀英
		路人: 2
		< 绑定好了
	`)
}

func TestACadreUnbindsAndInvitesAgain(t *testing.T) {
	newPlace(t).play(`
		刘芳: 解绑 王小草
		< 已解除王小草的1个绑定
		王小草: 我的
		< 您还没有绑定
		刘芳: 邀请 王小草
		< 王小草的邀请码是
		刘芳: 当面 陈勇
		< 可以投票
		王小草: 解绑 张明
		< 编号 #1
	`)
}

func TestMenuKeys(t *testing.T) {
	newPlace(t).play(`
		王小草: [菜单 HELP]
		< 有事找党支部
		王小草: [菜单 ME]
		< 云溪村 王小草
		王小草: [菜单 VOTE]
		< 现在没有要您投的票
		张明: 帮助
		< #1 延期 原因
	`)
}

func TestCancelLeavesAnyDialogue(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		+40m
		王小草: 还有井盖
		王小草: 取消
		< 没有发出去
		王小草: 1
		< 不知道是回哪件事的
	`)
}

func TestACadreIsWelcomedAsOne(t *testing.T) {
	newPlace(t).play(`
		孙: [关注 bind_{code yunxi 赵志强}]
		< 绑定好了
		< #1 延期 原因
		王小草: [菜单 HELP]
		<! 延期
	`)
}

func TestWhatWaitedForSomebodyComesWithTheBinding(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		刘芳: 解绑 王小草
		张明: #1 修好了
		新手机: 绑定 {code yunxi 王小草}
		< 绑定好了
		新手机 ! 修好了
	`)
}

func TestAdditionsOfAWithdrawnCaseDontFollow(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		王小草: 在桥头
		王小草: 撤回 #1
		张明 ! 撤回
		+2m
		张明 !! 在桥头
	`)
}
