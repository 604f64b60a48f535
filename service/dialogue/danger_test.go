package dialogue_test

import "testing"

func TestPlainDangerWakesOthersAtOnce(t *testing.T) {
	newPlace(t).play(`
		王小草: 着火了，快来救命
		< 110
		< 119
		< 本号不是报警电话
		< 编号 #1
		张明 ! 【急】#1
		赵志强 ! 【急】#1
		刘芳 ! 【急】#1
	`)
}

func TestAWordOfDangerIsAskedAndSilenceWakes(t *testing.T) {
	newPlace(t).play(`
		王小草: 有人在村口打架
		< 119
		< 回1真的
		刘芳 !! 【急】
		+3m
		刘芳 ! 【急】#1
		陈勇: 那边好像漏电
		< 回1真的
		陈勇: 2
		< 按普通留言办理
		+5m
		赵志强 !! 漏电
	`)
}

func TestDangerByOne(t *testing.T) {
	newPlace(t).play(`
		王小草: 有人受伤了
		王小草: 1
		< 正在同时通知村干部
		刘芳 ! 【急】#1 王小草
	`)
}

func TestViolenceAtHomeStaysOffScreensAndFromKin(t *testing.T) {
	newPlace(t).play(`
		张桂兰: 老公打我
		< 110
		张桂兰: 1
		< 正在同时通知村干部
		张明 !! #1
		赵志强 ! 【急】#1 有一件急事
		赵志强 !! 打我
		刘芳 ! 看时请避开旁人
		赵志强: #1
		< 老公打我
		赵志强: #1 我们马上过来，您先到邻居家
		张桂兰 ! 有新进展
		张桂兰 !! 邻居家
		张桂兰: #1
		< 邻居家
		< 解决了吗
		张桂兰: #1 1
		< 打个分
	`)
}

func TestTheNumbersAreShownInAnyDialogue(t *testing.T) {
	newPlace(t).play(`
		王小草: 保密
		王小草: 他拿刀要砍人
		< 110
		< 已交给镇里
		周丽 ! 【急】
		张明 !! 【急】
	`)
}

func TestASecondAlarmWakesAgainAndViolenceAtHomeJoinsNothingOpen(t *testing.T) {
	newPlace(t).play(`
		王小草: 着火了，快来救命
		刘芳: 待办
		王小草: 又着火了
		刘芳 ! 【急】#1
		王小草: 老公打我
		< 编号 #2
		张明 !! 老公打我
	`)
}
