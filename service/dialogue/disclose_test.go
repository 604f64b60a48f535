package dialogue_test

import (
	"context"
	"testing"

	"cunwu/model"
	"cunwu/service/disclosure"
)

// disclose publishes a village affairs disclosure, signed by the supervisors.
func (p *place) disclose(period, text string) {
	p.t.Helper()
	ctx := context.Background()
	d, err := p.public.Draft(ctx, p.actor("赵志强"), disclosure.Draft{VillageID: "yunxi", Kind: model.DiscloseVillage, Period: period, Text: text})
	p.must(err)
	ref := disclosure.Ref{VillageID: d.VillageID, ID: d.ID}
	view, err := p.public.Get(ctx, p.actor("赵志强"), ref, -1)
	p.must(err)
	_, err = p.public.SignOff(ctx, p.actor("孙有田"), ref, view.Digest)
	p.must(err)
	_, err = p.public.Publish(ctx, p.actor("赵志强"), ref, false)
	p.must(err)
}

func TestADisclosureIsReadAndAskedAboutInChat(t *testing.T) {
	p := newPlace(t)
	p.play(`
		王小草: 公开
		< 还没有公开过
	`)
	p.disclose("2025-Q4", "低保12户，名单贴在村委会")
	p.disclose("2026-Q1", "修路3公里，花了3万元")
	p.play(`
		王小草: 公开
		< 1. 2026年第1季度村务公开
		< 2. 2025年第4季度村务公开
		王小草: 2
		< 低保12户
		< 直接打字或发语音，就是问这一份
		王小草: 1
		< 修路3公里
		王小草: 谢谢
		<! #
		王小草: 路是谁修的？
		< 已收到您对《2026年第1季度村务公开》的提问，编号 #1，由赵志强答复
		赵志强 ! 路是谁修的
		王小草: 路灯坏了
		<! 的提问
		赵志强: #1 西山建材店修的，三家比过价
		王小草 ! 三家比过价
		陈勇: [菜单 DISCLOSURE]
		陈勇: 1
		< 王姓乡亲问：路是谁修的？
		< 答：西山建材店修的
		<! 王小草
		陈勇: [语音]
		< 已收到您对《2026年第1季度村务公开》的提问
	`)
}

// What is said later, after a cancel, or of danger, is no question; what accuses
// somebody goes to nobody before its sender chose.
func TestWhatIsNoQuestion(t *testing.T) {
	p := newPlace(t)
	p.disclose("2026-Q1", "修路3公里，花了3万元")
	p.play(`
		王小草: 公开
		王小草: 1
		王小草: 取消
		王小草: 我家漏水了
		<! 的提问
		+24h
		陈勇: 公开
		陈勇: 1
		+11m
		陈勇: 路灯坏了
		<! 的提问
		王小草: 公开
		王小草: 1
		王小草: 赵志强贪污修路的钱
		< 还没有发给任何人
		王小草: 1
		王小草: 取消
		刘芳: 公开
		刘芳: 1
		刘芳: 着火了，快来人
		< 119
	`)
}

func TestTheHeadsAreKeptByWhoeverWants(t *testing.T) {
	p := newPlace(t)
	p.play(`
		路人: 订阅账本
		< 还没有绑定
		王小草: 订阅账本
		< 每月发给您一次
		王小草: 订阅账本
		< 已经订阅
		王小草: 退订账本
		< 不再发
	`)
}
