package dialogue_test

import (
	"context"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/dialogue"
	"cunwu/service/help"
	"cunwu/service/mediation"
	"cunwu/service/village"
)

// hall is the place with mediators, a lawyer and the room that they work in.
type hall struct {
	*place
	mediation *mediation.Service
}

func newHall(t *testing.T) *hall {
	t.Helper()
	h := &hall{place: newPlace(t)}
	log := audit.New(h.store)
	h.cases = casework.New(h.store, h.people, h.notices, log, help.Kind(), mediation.Kind(), mediation.LegalKind(h.store))
	asked := help.New(h.store, h.cases, h.people)
	h.mediation = mediation.New(h.store, mediation.Rooms{People: h.people, Cases: h.cases, Help: asked, Notices: h.notices, Audit: log})
	h.chat = dialogue.New(h.store, dialogue.Rooms{People: h.people, Cases: h.cases, Help: asked, Notices: h.notices, Media: h.media, Members: h.members, Mediation: h.mediation},
		func(string) string { return h.home })
	for _, who := range []struct {
		name     string
		role     model.Role
		outsider bool
	}{{"孙有田", model.RoleMediator, false}, {"钱律师", model.RoleLawyer, true}} {
		_, err := h.people.Grant(context.Background(), model.Console(), village.GrantRole{Unit: "yunxi", Name: who.name, Role: who.role, Outsider: who.outsider})
		h.must(err)
	}
	h.play("钱律师: 绑定 {code yunxi 钱律师}")
	return h
}

const filing = `
	王小草: 调解
	< 回1：请人调解
	王小草: 1
	< 3 邻里
	王小草: 3
	< 别处
	王小草: 1
	< 对方是谁
	王小草: 陈勇
	< 怎么回事
	王小草: 他家的墙挡了我家的排水沟
	< 说完回：好了
	王小草: [图片]
	王小草: 好了
	< 希望
	王小草: 把沟留出来
	< 请核对：邻里纠纷，对方陈勇
	王小草: 1
	< 编号 #1，请孙有田调解
	< 起诉
`

func TestAFilingInChat(t *testing.T) {
	newHall(t).play(filing + `
		孙有田 ! 您的调解案有新进展
		孙有田 !! 墙
		陈勇 !! 调解
		孙有田: #1
		< 排水沟
		孙有田: #1 接
		< 由您调解
		陈勇 ! 您的调解案有新进展，请回“#1”查看
		陈勇 !! 王小草
		陈勇: #1
		< 甲方王小草
		< 您愿意吗
		<! 排水沟
		陈勇: #1 同意
		< 您同意了
		王小草 ! 您的调解案有新进展
		孙有田: #1 双方 明天下午村委会见
		< 已告诉双方
		王小草: #1
		< 明天下午村委会见
		孙有田: #1 甲 您先把料备好
		陈勇: #1
		<! 料备好
		孙有田: #1 你们看呢
		< 没有发给任何人
		孙有田: #1 开会 3月9日 15:00 村委会
		< 3月9日 15:00
		孙有田: 待办
		< #1
		张明: #1
		< 没有找到 #1
		赵志强: 待办
		<! #1
		周丽: #1
		< 排水沟
	`)
}

func TestAnApplicationCanBeLeftAndTakenUpAgain(t *testing.T) {
	newHall(t).play(`
		王小草: 调解
		王小草: 1
		王小草: 邻里
		王小草: 1
		王小草: 我的
		< 云溪村 王小草
		王小草: 钱不多
		< 名册里没有
		王小草: 陈勇
		王小草: 他家的墙挡了我家的沟
		+2h
		王小草: 路灯坏了
		< 编号 #1，由张明
		王小草: 调解
		< 接着上次
		王小草: 好了
		王小草: 把沟留出来
		王小草: 一起 刘芳
		< 1人记下了
		王小草: 1
		< 编号 #2
		刘芳 ! 您的调解案有新进展
		刘芳: #2 同意
		< 您同意了
	`)
}

func TestRefusalsOfAFilingShowTheDoor(t *testing.T) {
	newHall(t).play(`
		王小草: 调解
		王小草: 1
		王小草: 3
		王小草: 2
		< 法院已经受理
		王小草: 路灯坏了
		< 编号 #1
		陈勇: 调解
		陈勇: 1
		陈勇: 3
		陈勇: 1
		陈勇: 赵志强
		陈勇: 他霸占我家的菜地
		陈勇: 好了
		陈勇: 还给我
		陈勇: 1
		< 回“保密”
		陈勇: 私事
		< 编号 #2，请孙有田调解
	`)
}

func TestAPartysUnmarkedWordsAreAskedFor(t *testing.T) {
	h := newHall(t)
	h.play(filing)
	h.play(`
		孙有田: #1 接
		陈勇: #1 同意
		陈勇: 墙是我家祖上的，凭什么让
		< 还没有发给任何人
		< 回1：调解 #1
		陈勇: 还有地契
		< 这句也记下了
		陈勇: 1
		< 已交给调解员
		张明 !! 墙
		孙有田: #1
		< 祖上的
		< 地契
		陈勇: [语音]
		< 还没有发给任何人
		陈勇: 调解
		< 已交给调解员
		陈勇: 谢谢
		< 不客气
		王小草: 路灯坏了
		< 还没有发给任何人
		王小草: 村里
		< 编号 #2，由张明
		张明 ! 路灯坏了
	`)
}

func TestAPartysWordsOfDangerRaiseTheFlagAndOpenNoBranchCase(t *testing.T) {
	h := newHall(t)
	h.play(filing)
	h.play(`
		孙有田: #1 接
		陈勇: #1 同意
		陈勇: 她家的人昨天还打人
		< 110
		< 还没有发给任何人
		+3m
		张明 !! 打人
		周丽 ! 您的调解案有新进展
		孙有田: #1 调解不成 谈不拢
		< 先登记报告
		孙有田: #1 报告 3月4日告诉了派出所李警官，已出警
		< 红旗已解除
		孙有田: #1 调解不成 谈不拢
		< 已结束
		王小草: #1
		< 起诉
	`)
	if n := strings.Count(strings.Join(h.numbers(), ","), ","); n != 0 {
		t.Errorf("cases %v", h.numbers())
	}
}

func (h *hall) numbers() []string {
	var kinds []string
	h.must(h.store.DB(context.Background()).Model(&model.Case{}).Order("number").Pluck("kind", &kinds).Error)
	return kinds
}

func TestTheLawyerWorksFromChat(t *testing.T) {
	h := newHall(t)
	h.play(filing)
	h.play(`
		孙有田: #1 接
		陈勇: #1 同意
		孙有田: #1 请律师
		王小草: #1
		< 公益律师
		王小草: #1 同意
		< 等别的当事人
		陈勇: #1 同意
		钱律师 ! 您的调解案有新进展
		钱律师: #1
		<! 排水沟
		< 声明
		钱律师: #1 甲 您占理
		< 先声明
		钱律师: #1 服务甲
		钱律师: #1
		< 排水沟
		钱律师: #1 乙 您理亏
		< 只能对甲方说
		钱律师: #1 甲 您占理
		< 已告诉甲
		陈勇: #1
		<! 占理
		孙有田: #1
		<! 占理
		王小草: #1
		< 占理
		王小草: #1 律师 那我能要赔偿吗
		< 已交给律师
		孙有田: #1
		<! 赔偿
		钱律师: #1
		< 赔偿
		陈勇: #1 不同意
		钱律师: #1
		< 没有找到 #1
		陈勇: #1 签名
		< 聊天里不能签名
		陈勇: #1 撤回
		< 调解结束
		< 12348
	`)
}

func TestALegalQuestionAndLegalAid(t *testing.T) {
	newHall(t).play(`
		王小草: 调解
		王小草: 2
		< 想问律师什么
		王小草: 借条过了三年还有用吗
		< 编号 #1，由钱律师答复
		张明 !! 借条
		张明: #1
		< 没有找到
		钱律师 ! 借条
		钱律师: #1 从还款日起三年，催过就重新算
		< 已发给王小草
		王小草 ! 重新算
		王小草: 调解
		王小草: 3
		王小草: 1
		王小草: 3
		< 可以申请法律援助
		< 第四十二条
	`)
}

func TestMenuOpensMediation(t *testing.T) {
	newHall(t).play(`
		王小草: [菜单 MEDIATION]
		< 请人调解
		路人: 调解
		< 绑定
	`)
}

// Turns that are read for together ask the same as each alone.
func TestAPartysUnmarkedWordsInABatch(t *testing.T) {
	h := newHall(t)
	h.play(filing)
	all := []model.Incoming{h.incoming("王小草: 沟还堵着"), h.incoming("刘芳: 你好"), h.incoming("陈勇: 墙是祖上的")}
	var replies []string
	h.must(h.store.Tx(context.Background(), func(ctx context.Context) error {
		if err := h.chat.Expect(ctx, all); err != nil {
			return err
		}
		for _, in := range all {
			reply, err := h.chat.Turn(ctx, in)
			if err != nil {
				return err
			}
			replies = append(replies, reply.Text)
		}
		return nil
	}))
	for i, want := range []string{"回1：调解 #1", "不客气", "回1：调解 #1"} {
		if !strings.Contains(replies[i], want) {
			t.Errorf("%d: %s", i, replies[i])
		}
	}
}
