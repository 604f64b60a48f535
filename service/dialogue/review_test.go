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
		王小草: 还有一件事
		< 已交给镇里
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
