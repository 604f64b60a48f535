package dialogue_test

import (
	"fmt"
	"testing"

	"cunwu/model"
)

func TestTheSecondOfAKindArrivesToo(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 问 哪一盏？
		张明: #1 问 是村口那盏吗？
		王小草 ! 是村口那盏吗？
		张明: #1 修好了
		王小草: 2
		张明 ! 未解决
		张明: #1 又修了
		王小草 ! 又修了
		王小草: 2
		张明 ! 未解决
	`)
}

func TestAdditionsOfHiddenCasesTellNothing(t *testing.T) {
	newPlace(t).play(`
		王小草: 保密
		王小草: 有人偷税
		周丽: 待办
		王小草: 厂长是老李
		+2m
		周丽 !! 老李
		周丽 !! 王小草
		王小草: 完
		张桂兰: 老公打我
		赵志强: 待办
		张桂兰: 他在喝酒还骂我
		+2m
		赵志强 !! 喝酒
	`)
}

func TestWhatWasSaidBeforeTheCaseOpenedIsTold(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		+40m
		王小草: 水管漏了
		王小草: 在厨房，很急
		王小草: 新事
		< 编号 #2
		+2m
		张明 ! 在厨房，很急
	`)
}

func TestAnUnboundPhoneKnowsNothingMore(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		刘芳: 解绑 王小草
		王小草: #1
		< 没有找到 #1
		王小草: 撤回 #1
		< 不是您提的
	`)
}

func TestNobodyEntersAVerdictThatWasNotSpoken(t *testing.T) {
	newPlace(t).play(`
		王小草: 我的存折号6222，帮我看看补贴
		张明: #1 转 赵志强
		赵志强: #1 办好了
		张明: #1 代录 1
		< 没有找到这个编号
		刘芳: #1 代录 1
		< 没有找到 #1
		王小草: [语音]
		刘芳: #1
		<! 6222
		刘芳: #1 代录 1
		< 已记下
	`)
}

func TestTheAccusedDoNotSign(t *testing.T) {
	newPlace(t).play(`
		王小草: 书记张明欺负人
		王小草: 村里
		王小草: #1 联名
		张明: 附议 #1
		< 没有找到
		张桂兰: 附议 #1
		< 没有找到
		陈勇: 附议 #1
		< 您已附议
	`)
}

func TestListsDoNotTellTheAccused(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: 书记张明欺负人
		王小草: 村里
	`)
	p.phones.closed["赵志强"] = true
	p.play(`
		+49h
		张明: 未通知
		<! 欺负
	`)
}

func TestAClosedConfidentialCaseDoesNotTrap(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: 保密
		王小草: 有人偷税
	`)
	c, err := p.cases.AskedBy(t.Context(), p.actor("王小草"), true, 1)
	p.must(err)
	number := fmt.Sprint("#", c[0].Number)
	p.play(`
		王小草: 完
		周丽: ` + number + ` 已经查了
		王小草: ` + number + `
		王小草: ` + number + ` 1
		< 村里看得到
		王小草: 救命，着火了
		< 110
	`)
}

func TestOneBadDialogueDoesNotStopTheOthers(t *testing.T) {
	p := newPlace(t)
	p.play(`
		陈勇: 有人在打架
		王小草: 有人受伤了
	`)
	p.must(p.store.DB(t.Context()).Model(&model.Dialogue{}).Where("openid = ?", "陈勇").UpdateColumn("data", "{").Error)
	p.clock.Advance(3 * 60e9)
	if n, err := p.chat.SettleDue(t.Context()); err == nil || n != 1 {
		t.Errorf("settled %d, %v", n, err)
	}
	if n, err := p.chat.SettleDue(t.Context()); err != nil || n != 0 {
		t.Errorf("the bad one is met again at once: %d, %v", n, err)
	}
}

func TestANumberThatCountsIsNoAnswer(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 修好了
		王小草: 2 号楼的水管漏了
		< 编号 #2
		王小草: #1
		< 等您说解决没有
		王小草: #3号电线杆倒了
		< 已记到 #2
		王小草: 1、井盖坏了 2、路灯不亮
		< 已记到 #2
		王小草: #1 2 还是不亮
		< 没解决
	`)
}

func TestAShortAnswerToAQuestionBackIsKept(t *testing.T) {
	newPlace(t).play(`
		王小草: 我家停水了
		张明: #1 问：几号楼？
		王小草 ! 几号楼？
		王小草: 3
		< 已记到 #1
		张明: #1 问 下午来可以吗
		王小草: 可以
		< 已记到 #1
	`)
}

func TestAccusationsHaveNoOtherDoor(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		王小草: #1 钱都让张明贪污了
		< 还没有发给任何人
		王小草: 2
		< 编号 #2，由赵志强办理
		张明 !! 贪污
		张明: #1 修好了
		王小草: #1 2 张明收了钱不办事
		< 还没有发给任何人
		张明 !! 收了钱
		王小草: 1
		+3m
		张明 !! 收了钱
		赵志强: 张明挪用了公款
		赵志强: 0
		< 还没有发给任何人
	`)
}

func TestDangerBesideAnAccusation(t *testing.T) {
	newPlace(t).play(`
		王小草: 张明打人
		< 110
		< 还没有发给任何人
		王小草: 他还在打人
		< 110
		张明 !! 打人
		+3m
		周丽 ! 【急】
		张明 !! 打人
		陈勇: 有人拿刀打人，快叫书记来
		< 正在同时通知村干部
		张明 ! 【急】
	`)
}

func TestMoreWordsOfDangerJoinTheSameCase(t *testing.T) {
	newPlace(t).play(`
		王小草: 有人在打架
		< 编号 #1
		王小草: 有人受伤了
		< 编号 #1
		王小草: 撤回 #1
		+3m
		刘芳 !! 【急】
	`)
}

func TestAVerdictWithWordsOfDangerIsStillAVerdict(t *testing.T) {
	newPlace(t).play(`
		王小草: 插座坏了
		张明: #1 修好了
		王小草: 2 还是漏电
		< 110
		< #1 没解决
	`)
}

func TestConfidentialInOneLineAndBeforeTheVillageIsKnown(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: 保密 会计的账不对
		< 已交给镇里
		张明 !! 账
		王小草: 完。
		< 已交给镇里
	`)
	p.home = ""
	p.play(`
		路人: 保密
		< 哪个村
		路人: 云溪
		< 只有镇里能看到
		路人: 有人偷税
		< 已交给镇里
		张明 !! 偷税
	`)
}

func TestAnAccusedTownshipOfficerNeverSeesIt(t *testing.T) {
	newPlace(t).play(`
		王小草: 镇干部周丽收了我家的钱
		王小草: 1
		周丽: 待办
		< 没有要办的事
		周丽 !! 只给镇里看
	`)
}

func TestSeenWithAStopIsNoAnswer(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 收到。
		< 您看到了
		王小草 !! 解决了吗
		张明: #1 收到
		< 之前已经回过话了
		张明: #1 转 刘芳
		< 不办这类事
		张明: #1 转 赵志强。
		< 已转给赵志强
	`)
}

func TestAVoiceGoesWithItsCase(t *testing.T) {
	newPlace(t).play(`
		王小草: [语音]
		张明: #1 转 赵志强
		赵志强 ! [voice]
	`)
}

func TestATickIsForTheListAsShown(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: [语音]
		张明: #1 明天来
		刘芳: 未通知
		< 1. 王小草
	`)
	p.phones.closed["赵志强"] = true
	p.play(`
		陈勇: 着火了
		刘芳: 已告 1
		< 已告诉王小草
	`)
}

func TestTheOfficeStaysMannedWhenRolesEnd(t *testing.T) {
	newPlace(t).play(`
		陈勇: 我是 三组的
		< 编号 #1
		陈勇: 换人 来吧
		< 已记到 #1
	`)
}

func TestASuggestionIsAdoptedOrNotWithAReason(t *testing.T) {
	newPlace(t).play(`
		王小草: 建议村口装个健身器材
		张明: #1 采纳
		< 都要写理由
		张明: #1 采纳 列入明年计划
		< 采纳
		王小草 ! 村里采纳：列入明年计划
		王小草 !! 解决了吗
		王小草: #1
		< 意见建议已答复
	`)
}

func TestASpokenNewMatterBecomesACase(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 修好了
		王小草: [语音]
		刘芳: #1 代录 新事
		< 开了 #2
		王小草 ! 新事已开为 #2
		张明 ! #2 王小草：[语音]
		张明 ! [voice]
	`)
}
