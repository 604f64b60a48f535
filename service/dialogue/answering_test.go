package dialogue_test

import "testing"

func TestActionsNeedTheWholeToken(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 转告一下，明天修
		< 已发给王小草（#1）
		王小草 ! 转告一下，明天修
		陈勇: 水管漏了
		张明: #2 转 王小草
		< 已发给陈勇
		刘芳: 桥坏了
		刘芳: 0
		张明: #3 转 赵志强
		<! 已发给
	`)
}

func TestTransferExtendFinish(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 转 赵志强
		< #1 已转给赵志强
		赵志强 ! 转交给您
		王小草 ! 改由赵志强办理
		赵志强: #1 延期
		< 要写原因
		赵志强: #1 延期 等零件
		< 已告诉王小草延期
		王小草 ! 等零件
		赵志强: #1 延期 还要等
		< 已经延期过一次
		赵志强: #1 办结
		< 已告诉王小草办好了
		王小草 ! 这件事已经办好了
		王小草 ! 解决了吗
	`)
}

func TestSeenIsFirstContactOnly(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: #1 收到
		< 已告诉王小草
		王小草 ! 张明已经看到您的留言
		王小草 !! 解决了吗
		张明: 待办
		< #1 王小草：路灯坏了
		< 前答复
	`)
}

func TestRejectionNamesTheRightDoor(t *testing.T) {
	newPlace(t).play(`
		王小草: 医保报销比例不对
		张明: #1 不受理
		< 要写原因
		张明: #1 不受理 医保的事请到镇便民中心3号窗口
		王小草 ! 镇便民中心3号窗口
		张明: 待办
		< 没有要办的事
	`)
}

func TestANumberNotShownTodayNeedsConfirming(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		张明: 您好
		+21h
		张明: #1 明天修
		+24h
		张明: #1 已经修好了
		< 您今天没看过 #1
		< 已经修好了
		王小草 !! 已经修好了
		张明: 1
		< 已发给王小草
		王小草 ! 已经修好了
	`)
}

func TestAHandlersUnmarkedMessageWaitsToBePicked(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		陈勇: 水管漏了
		张明: 明天下午来修
		< 还没有发给任何人
		< 答复 #1 王小草：路灯坏了
		< 回0：我自己的留言
		王小草 !! 明天下午来修
		张明: 带上梯子
		< 这句也记下了
		张明: 2
		王小草 ! 明天下午来修
		王小草 ! 带上梯子
		张明: 我家也停电了
		张明: 0
		< 编号 #3，由赵志强办理
	`)
}

func TestNumbersOfOthersDontExist(t *testing.T) {
	newPlace(t).play(`
		王小草: 路灯坏了
		陈勇: #1
		< 没有找到 #1
		陈勇: #1 我来修
		< 没有找到 #1
		刘芳: #77
		< 没有找到 #77
		王小草: #1
		< 路灯坏了
		王小草: #1 就在门口
		< 已记到 #1
	`)
}

func TestWhoeverServesSeveralVillagesNamesTheVillage(t *testing.T) {
	p := newPlace(t)
	p.roster("heping", []resident{{name: "何平安", household: "1", relation: "户主"}})
	p.play(`
		何平安: 绑定 {code heping 何平安}
		< 和平村 何平安
		何平安: 和平村的路坏了
		周丽 ! #和平1
		王小草: 云溪村的灯坏了
		张明: #1 转 周丽
		周丽 ! #云溪1
		周丽: #1 看到了，一起修
		< 有好几件
		< 回2：#云溪1
		周丽: 2
		< 已发给王小草
		周丽: #和平1 路下周修
		何平安 ! 路下周修
		周丽: 待办
		< 没有要办的事
	`)
}
