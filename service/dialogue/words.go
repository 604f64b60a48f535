package dialogue

import (
	"fmt"
	"strings"

	"cunwu/service/casework"
	"cunwu/service/help"
	"cunwu/service/village"
)

// All words of the chat stand in this file, so that a village can review them.

const (
	emergencyNumbers = "有危险请马上拨：110（报警）、119（火警）、120（急救）。\n本号不是报警电话，不能代替报警。"
	notPolice        = "如有危险请直接拨110、119、120，本号不是报警电话。"

	waitingText = "已收到，稍后把编号发给您。"

	welcomeText = "您好，这里是%s的公众号。\n有事找党支部，直接打字、发语音或拍照片就行，每件事都会给您一个编号。\n村里发了邀请码的，请回：绑定 12345678（换成您的号码）。\n有危险请打110、119、120，本号不是报警电话。"
	howToAsk    = "有事找党支部，直接打字、发语音或拍照片，不用格式。\n收到后给您一个编号（如 #1），答复会发到这里。\n不想让村里看到的，先回：保密\n看自己的事，回：我的\n收回一件事，回：撤回 #1"
	howToAnswer = "答复：#1 内容\n追问：#1 问 内容\n看经过、用语音答复：#1\n转交：#1 转 姓名\n延期：#1 延期 原因\n办好了：#1 办结\n意见建议：#1 采纳 理由（或 #1 不采纳 理由）\n不归村里管：#1 不受理 原因和该找哪里\n全部要办的：待办\n要打电话告诉的：未通知\n给人邀请码：邀请 姓名"
	unknownMenu = "这个菜单已经换了，请重新打开公众号再试。有事可以直接留言。"

	courtesyReply = "不客气。有事直接留言就行。"
	wordlessReply = "请用文字、语音或照片说说是什么事。"
	gatheredReply = "这句也记下了。\n"
	canceled      = "好的，已退出。有事直接留言就行。"
	canceledWords = "好的，已取消，刚才的话没有发出去。"

	joinPrompt  = "您前面的 #%d 还没答复。刚才说的是补充那件事，还是一件新的事？\n回1补充，回2新事。"
	joinedReply = "已记到 #%d 里。"

	accusedPrompt = "您的话提到了村里办事的人，现在还没有发给任何人。请选：\n回1：只给镇里看（村里看不到）\n回2：交给村里办（被提到的人和他的亲属不经手）\n半小时不选，就只给镇里。"

	dangerPrompt  = "是真的有危险吗？回1真的，回2没有危险。2分钟没有回复，我们就通知村干部和网格员。"
	alarmTaken    = "您说的已经记下，编号 #%d。"
	alarmWoken    = "正在同时通知村干部和网格员。"
	privateWoken  = "已通知镇里的工作人员。"
	noDangerReply = "好的，#%d 按普通留言办理。"

	privatePrompt = "现在说的只有镇里能看到，村里看不到。请说吧，打字、语音、照片都行。说完回：完"
	privateTaken  = "已交给镇里，编号 #%d，村里看不到。请接着说，说完回：完"
	privateMore   = "已记到 #%d，只有镇里能看到。说完回：完"
	privateDone   = "好的，#%d 已交给镇里。有答复时我们只会说“有新进展”，不显示内容。"
	privateOver   = "这件保密的事办完了。以后直接说的话，村里看得到；要保密请先回：保密"
	privateAgain  = "现在说的只有镇里能看到，直接说就行。说完回：完"
	privateEmpty  = "好的，已退出保密。什么也没有发出去。"
	privateOpened = "已只交给镇里，编号 #%d，村里看不到。"

	whichVillagePrompt = "您的话先收着。请问您是哪个村的？也可以直接写村名。\n"
	noVillage          = "这个公众号还没有开通村庄，您的话已经收到。请联系村党支部。"

	noSuchCase      = "没有找到 #%d。请看看编号对不对。"
	severalCases    = "#%d 有好几件，您说的是哪一件？"
	signersOnlyRead = "这件事由联名的代表来说。您有新的情况，请直接留言。"
	notYours        = "#%d 不是您提的，不能这样办。请核对编号。"
	noOpenCase      = "您现在没有没办完的事。"
	whichOwn        = "请说明是哪一件："
	withdrawnReply  = "#%d 已撤回，村里不再办理。"
	swappedReply    = "#%d 已换由%s办理。换人只能用一次。"

	signHow        = "附议请写上编号，例如：附议 #12"
	signedReply    = "您已附议 #%d。有答复会同时告诉您。"
	signAsked      = "已转告 #%d 的提出人，他（她）同意后您就算联名了。"
	openForSigners = "#%d 可以联名了。请让乡亲回：附议 #%d。您是代表，答复会告诉每一个人。"

	confirmPrompt    = "您今天没看过 #%d（%s）。\n要把“%s”发给%s吗？回1发送，回2不发。"
	notSent          = "好的，没有发出去。"
	claimPrompt      = "10分钟内发来的语音或照片，就作为 #%d 的答复。"
	repliedReply     = "已发给%s（#%d），并请他（她）说说解决了没有。"
	speakPlease      = "对方是用语音说的，最好也用语音再答一次：先回 #%d，再发语音。也已请人打电话念给他（她）听。"
	contactedBefore  = "#%d 您之前已经回过话了，%s。"
	cannotTakeReply  = "%s不办这类事，没有转。可以转给书记、第一书记、村委会委员或镇里的人，要写准姓名。"
	contactReply     = "#%d 已告诉%s：您看到了。"
	askedReply       = "#%d 已问%s，办理期限不变。"
	extendedReply    = "#%d 已告诉%s延期，最晚%s前答复。"
	rejectedReply    = "#%d 已告诉%s不受理的原因和该找哪里。"
	topicReply       = "#%d 已记为“%s”。"
	finishedReply    = "#%d 已告诉%s办好了，并请他（她）确认。"
	transferredReply = "#%d 已转给%s，办理期限不变。"
	decidedReply     = "#%d 已告诉%s：%s，和您写的理由。"
	spokenNewReply   = "这段语音说的是新的事，已替对方开了 #%d。"
	listenerHow      = "听完后请回：“#%d 代录 1”（解决了）、“#%d 代录 2”（没解决），说的是别的事回“代录 新事”。"
	enteredReply     = "#%d 的语音回访结果已记下。"

	pickPrompt = "您这句话还没有发给任何人。请问它是："
	pickOwn    = "回0：我自己的留言"

	noDuty     = "您没有要办的事。自己的事回“我的”查看。"
	nothingDue = "没有要办的事，都办好了。"
	dueHead    = "要办的有%d件，急的在前："
	dueMore    = "后面还有，办了这些再回“待办”。"
	dueTail    = "回“#编号 内容”答复，回“#编号”看经过。"

	nothingAsked       = "这句话不知道是回哪件事的。要说新的事，请多写几个字。"
	verdictPrompt      = "#%d 解决了吗？回“#%d 1”解决，回“#%[1]d 2”没解决。"
	whichVerdictPrompt = "您回的“%d”是说哪一件？"
	reopenedReply      = "知道了，#%d 没解决。已退回%s重新办，您可以再说说情况。"
	verdictTaken       = "#%d 您的话记下了。后面说的还没有发给任何人："
	starsPrompt        = "#%d 解决了就好。请打个分：回1到5，5最满意。也可以加几个字，如：5 修得快"
	starredReply       = "谢谢，您打了%d分。"
	spokenReply        = "您对 #%d 的意见收到了，会由别的同志来听、来记。"

	signInCodeReply = "登录码 %s %s，5分钟内有效，只能用一次。在网页上填。别告诉任何人，村干部也不会问您要。"
	scannedReply    = "您正在网页上登录（%s）。不是您自己在登录，请马上回：全部退出"
	someBrowser     = "电脑或手机的浏览器"
	signedOutReply  = "好的，网页和小程序上的登录全部退出了，刚才的登录码、二维码也作废了。自己要用，请重新登录。"
	noSignIn        = "这里还不能在网页上登录。有事直接留言就行。"

	bindHow       = "请回：绑定 加上邀请码，例如：绑定 12345678"
	boundReply    = "绑定好了：%s %s。以后您说的话村里知道是您。"
	memberPrompt  = "这是一家人的邀请码，请问您是？"
	notBound      = "您还没有绑定。请回：绑定 加上村里给的8位邀请码。没有邀请码请找网格员。不绑定也可以直接留言。"
	speakAsHow    = "请写上姓名，例如：我是 李秀英"
	speakAsReply  = "好的，现在是%s在说话。"
	switchPrompt  = "要换到哪个村？"
	switchUnbound = "好的，请再说一句话，我们会问您是哪个村的。"
	oneVillage    = "您只在%s登记，不用换。"
	switchedReply = "好的，现在是%s的%s。"

	requestsHead     = "等您确认的："
	requestsTail     = "当面核实后回：确认 编号；不是的，回：拒绝 编号 原因"
	noRequests       = "没有等着确认的人。"
	noSuchRequest    = "没有第%d号请求，或已经有结果。请回“待确认”看名单。"
	severalRequests  = "第%d号请求有好几个村都有，请写上村名："
	bindLine         = "%s，手机%s，要绑定"
	helpLine         = "%s替%s代办（%s）"
	requestConfirmed = "已确认，%s的微信绑定好了，可以投票、用积分了，也已告诉本人。"
	requestRefused   = "第%d号请求已拒绝，原因已告诉对方。"
	helpConfirmed    = "已记下：%s当面同意%s代办（%s），也已告诉他们。"
	noSuchHelp       = "没有找到这个代办，请核对编号。"
	whichHelp        = "有好几个，请说明是哪一个："
	helpAgreed       = "好的，%s可以替您代办（%s），到%s为止。投票还是您自己来。随时可以取消，回：取消代办 %d"
	helpRefused      = "好的，没有同意%s代办，已经告诉他（她）。"
	helpEnded        = "%s替%s的代办已取消。"
	helperOnlyReads  = "您替这位乡亲只能看，不能添话。有话请他（她）自己说。"

	mediationNotBound = "调解要先知道您是谁。请回：绑定 加上村里给的8位邀请码。没有邀请码请找网格员。"
	mediationMenu     = "调解和法律帮助，都不收费：\n回1：请人调解一件纠纷\n回2：问公益律师\n回3：看能不能申请法律援助"
	mediationLine     = "正在办：#%d（%s），回编号看到哪一步"
	legalPrompt       = "请说说想问律师什么，打字、语音都行，一次说完。只有律师能看到。"
	consultedReply    = "已交给律师，编号 #%d，由%s答复，%s前答复您。"
	consultedNobody   = "已收到，编号 #%d。现在没有公益律师，已请镇里安排；急的请打12348。"
	aidPrompt         = "是什么事？\n"
	aidPersonPrompt   = "您家是哪种情况？\n"
	sidePrompt        = "您这句话还没有发给任何人。请问是说给谁的？"
	sideLine          = "回%d：调解 #%d（%s）的调解员"
	sideMediator      = "调解的话，请写明编号和对谁说，例如：#%d 双方 内容"
	sideVillage       = "回0：村里（普通留言）"
	saidToMediator    = "#%d 您的话已交给调解员，只有调解员和镇司法所看得到。"
	saidToLawyer      = "#%d 您的话已交给律师，别人看不到。"

	intakeBack      = "接着上次没写完的调解申请。\n"
	intakeKind      = "是哪类纠纷？回数字（随时可以回“取消”；中间停下了，再回“调解”接着写）：\n"
	intakeElsewhere = "这件事现在有没有别处在办？\n"
	intakeOther     = "对方是谁？请写姓名；同名的加户号，如：李四 302；不是本村人的，写：外 李四"
	intakeNobody    = "名册里没有“%s”。请核对姓名；不是本村人的，写：外 姓名"
	intakeSeveral   = "叫“%s”的有%d人，请加上户号，例如：%s 302"
	intakeFacts     = "是怎么回事？请说说，打字、语音、照片都行，可以发好几条。说完回：好了"
	intakeMore      = "记下了。还有就接着发，说完回：好了"
	intakeWish      = "您希望怎么解决？请写一句话。"
	intakeSubmit    = "请核对：%s纠纷，对方%s。\n事情：%s\n希望：%s\n回1提交，回2不提交。\n要和别人一起申请，先回：一起 姓名 姓名；要自己选调解员，先回：选 姓名"
	intakeTogether  = "一起申请的%d人记下了，他们各自回“同意”才算。\n"
	intakeMediator  = "调解员选%s，记下了。\n"
	intakeDropped   = "好的，没有提交，写的都不留。"
	filedReply      = "调解申请收到了，编号 #%d，请%s调解，%s前答复您接不接。对方同意后才开始。"
	filedTownship   = "调解申请收到了，编号 #%d。村里没有能接的调解员，由镇司法所%s调解。对方同意后才开始。"
	filedNobody     = "调解申请收到了，编号 #%d。现在没有人能接，已请镇里安排。"

	severalDisputes  = "#%d 有好几件，请写上村名，例如：#云溪%d"
	consentWaits     = "#%d 记下了，等别的当事人答复。"
	consentedReply   = "#%d 您同意了，谢谢。有话对调解员说，回“#编号 内容”。"
	refusedReply     = "#%d 知道了，您不同意。"
	withdrawnDispute = "#%d 您退出了，调解结束。"
	leftAlone        = "#%d 您不再一起申请了，别人的调解继续。"
	extendedDispute  = "#%d 双方都要求延期，已经延长。"
	extensionWaits   = "#%d 记下了。别的当事人也要求延期，才会延长。"
	replacedReply    = "#%d 已换调解员%s。"
	performedReply   = "#%d 记下了：对方照协议做了。"
	brokenReply      = "#%d 记下了：对方没有照协议做。已请调解员重新调解；您也可以直接起诉。"
	noSigningHere    = "#%d 聊天里不能签名。请在小程序里看协议全文，本人签；没有智能手机的，到调解员那里在纸上签。"
	acceptedReply    = "#%d 由您调解。已问对方愿不愿意。回“#编号”看详情。"
	declinedReply    = "#%d 知道了，已另请人。"
	declaredReply    = "#%d 记下了，也已告诉双方。"
	answerRecorded   = "#%d 对方的答复记下了，也已告诉他（她）。"
	lawyerAsked      = "#%d 已问双方愿不愿意请律师，7天没答复就转镇司法所。"
	referredReply    = "#%d 已转镇司法所。"
	failedReply      = "#%d 已结束，已告诉双方可以起诉或申请仲裁。"
	rejectedDispute  = "#%d 已结束，原因已告诉当事人。"
	reportedReply    = "#%d 报告已登记，红旗已解除。"
	guardianReply    = "#%d 监护人已登记，由监护人答复。"
	sessionHow       = "请写上日期、时间、地点，例如：#%d 开会 9月3日 15:00 村委会"
	sessionPlanned   = "#%d 调解会定在%s，已告诉双方，前一天再提醒。"
	sessionRecorded  = "#%d 调解会的情况记下了。"
	whomFor          = "这句话没有发给任何人。请写明对谁说：#%d 甲 内容、#%[1]d 乙 内容，或 #%[1]d 双方 内容。回“#%[1]d”看还能做什么。"
	sendPrompt       = "您今天没看过 #%d（%s）。要发“%s”吗？回1发送，回2不发。"
	saidToSide       = "已告诉%s（#%d）。"

	inviteReply   = "%s的邀请码是 %s，%s前有效，只能用一次。请当面交给本人，让他（她）回：绑定 %s"
	unboundReply  = "已解除%s的%d个绑定。要再绑定，请回：邀请 姓名"
	inPersonReply = "已记下您当面见过%s，%d个绑定可以投票、用积分了。"
	nobodyToCall  = "没有要打电话告诉的人。"
	unknownName   = "（没登记的微信）"
	callHead      = "这些人还没收到消息，请打电话或上门告诉："
	callTail      = "告诉了请回：已告 加上序号，例如：已告 1"
	noSuchCall    = "名单里没有第%d个，请先回“未通知”看名单。"
	toldReply     = "记下了：已告诉%s。"

	nothingPublic       = "村里还没有公开过内容。"
	disclosuresHead     = "村里最近公开的："
	disclosureLine      = "%d. %s（%s）"
	disclosuresTail     = "回数字看内容、提问。"
	disclosuresLate     = "该公开还没公开的有%d份：%s"
	disclosureHead      = "《%s》%s公开"
	disclosureCorrected = "（更正过：%s）"
	disclosureWithdrawn = "《%s》已经撤下：%s"
	disclosureMoney     = "期初%s元，收入%s元，支出%s元，期末%s元。"
	disclosureAnswer    = "%s问：%s\n答：%s"
	disclosureAsk       = "有疑问，10分钟内直接打字或发语音，就是问这一份。问题和答复会公开，只显示您的姓。\n说别的事，先回：取消"
	questionTaken       = "已收到您对《%s》的提问，编号 #%d，%s"
	questionBy          = "由%s答复，最晚%s。"
	questionNobody      = "现在还没有人能答，已请上级安排。"
	headsKept           = "好的，公开账本有新的签名首页时，每月发给您一次。请留着，谁改了账，拿它一查就知道。不要了回：退订账本"
	headsEnded          = "好的，不再发公开账本的首页。"

	noVotes       = "现在没有要您投的票。有新的投票会通知您；结果在小程序“投票”里看。"
	votesHead     = "等您投的有%d个："
	voteLine      = "%d. 《%s》%s，%s截止，已投%d票（共%d票）"
	votesTail     = "回数字看内容、投票。"
	voteSecret    = "不记名"
	voteOpen      = "记名"
	pollHead      = "《%s》\n%s，%s，%s截止，已投%d票（共%d票）。"
	pollHousehold = "每户一票，家里一个人投就行，投了会告诉家里其他人。"
	pollOpen      = "记名投票：您的名字和选择会公布。请选："
	linkSecret    = "不记名：您选什么，不要写在聊天里。请点开投（%s前有效，只能用一次，不要转给别人）：\n%s"
	linkOpen      = "请点开投（%s前有效，只能用一次，不要转给别人）：\n%s"
	castPrompt    = "您选的是“%s”，投出后不能改。\n回1投出，回2不投。"
	castReply     = "投好了，您选的是“%s”。结果出来会告诉您。"
	notCast       = "好的，没有投。要投请再回：投票"
	whichDenied   = "您说的是哪一张票？"
	nothingDenied = "没有别人替您投的票，或者投票已经截止。"
	deniedReply   = "《%s》里替您投的那张票已经作废。您可以自己重新投，回：投票"
	deniedReason  = "本人说不是自己的意思"
)

func takenReply(out help.Outcome) string {
	c := out.Case
	if !out.Opened {
		return fmt.Sprintf(joinedReply, c.Number)
	}
	if c.HandlerID == "" {
		return fmt.Sprintf("已收到，编号 #%d。现在还没有人能办，我们已请上级安排。", c.Number)
	}
	return fmt.Sprintf("已收到，编号 #%d，由%s办理。\n%s前会先回个话，%s前答复您。", c.Number, c.HandlerName, casework.When(c.ContactDue.Time), casework.When(c.DueAt.Time))
}

// notYet says honestly what a menu key doesn't do yet.
func notYet(key string) string {
	name := map[string]string{keyDisclosure: "村务公开", keyVote: "投票", keyMediation: "调解", keyMerit: "积分"}[key]
	return name + "还没有开通。这方面的事请直接留言，村里会答复您。"
}

func meTail(persons, open int) string {
	var tips []string
	if open > 0 {
		tips = append(tips, "回“#编号”看经过")
	}
	if persons > 1 {
		tips = append(tips, "换人说话回“我是 姓名”")
	}
	tips = append(tips, "有事直接留言")
	return strings.Join(tips, "，") + "。"
}

func isPerson(persons []village.Known, name string) bool {
	for _, k := range persons {
		if k.Villager.Name == name {
			return true
		}
	}
	return false
}

// clip cuts text to n characters.
func clip(text string, n int) string {
	if r := []rune(text); len(r) > n {
		return string(r[:n-1]) + "…"
	}
	return text
}

// Merit points.
const (
	pointsHead     = "您家有%d分。"
	pointsReserved = "另有%d分为没取的东西留着。"
	pointsMember   = "%s带来%d分"
	pointsTail     = "换东西回“积分 商店”，看明细回“积分 明细”，夸邻居回“积分 夸 姓名”，看公示回“积分 公示”。"
	noMeritBook    = "村里还没有积分办法，要先由村民代表会议通过。"
	deedsHead      = "做了哪一件？回数字申报："
	deedLine       = "回%d：%s（%d分）"
	deedsMore      = "还有别的，请看村里的积分办法，回“积分 报 编号”。"
	noDeeds        = "积分办法里没有这样的事项。"
	noSuchDeed     = "积分办法里没有第%d项，回“积分”看有哪些。"

	claimAsk       = "“%s”：请说说什么时候、做了什么，打字、发照片、发语音都行（今天做的今天报）。\n说完回1提交，不报了回2。"
	claimMore      = "还有就接着发，说完回1提交，不报了回2。"
	claimTaken     = "已申报，积分%d号（%s，%d分）。评议员评过、公示以后记分。"
	claimDropped   = "好的，没有申报。"
	claimNotFiled  = "您报的“%s”没有成：%s"
	claimLine      = "积分%d号：%s %s %s %d分，%s"
	claimEvidence  = "有%d份照片或语音，请在小程序里看。"
	claimOdd       = "请留意：%s"
	claimReview    = "同意回“积分 %d 同意”，不同意回“积分 %d 不同意 理由”。"
	claimWithdrawn = "积分%d号已撤回。"
	claimDisputed  = "已交给村务监督委员会，编号 #%d，有结果就告诉您。"
	reviewedReply  = "积分%d号已记下：%s。"
	pointsNumber   = "请写上编号，例如：积分 %s 12"

	praiseHow    = "请写上要夸的人，例如：积分 夸 李秀英"
	praiseNobody = "名册里没有“%s”，请看看名字对不对。"
	praiseWhich  = "有%d位叫%s，请写上户号，例如：积分 夸 %s 302"

	shopHead        = "积分超市有这些，回数字换一件："
	shopLine        = "回%d：%s %d分（还有%d件）"
	shopTail        = "选好先给您留着，凭码去取。"
	shopEmpty       = "积分超市现在没有货，过几天再看看。"
	reservedReply   = "%s给您留好了，兑换码：%s\n先扣%d分，%s前拿这个码到积分超市取。不要了回“积分 退 %d”。"
	servedReply     = "兑换成功：%s×%d，%d分。请把东西交给乡亲。"
	redemptionLine  = "兑换%d号：%s×%d，%d分，%s"
	redemptionCode  = "，兑换码%s"
	noRedemptions   = "您家还没有兑换过。回“积分 商店”看有什么。"
	redemptionBack  = "兑换%d号取消了，%d分已退回。"
	redemptionSeen  = "谢谢您见证，兑换%d号办好了。"
	redemptionTaken = "兑换%d号：%s。"

	noEntries       = "您家还没有积分。回“积分”看做什么能得分。"
	entriesHead     = "最近的明细："
	entryLine       = "%s %s %s %+d，余%d"
	nothingNoticed  = "现在没有公示的积分。"
	noticedLine     = "积分%d号：%s %s %d分，公示到%s"
	noticedTail     = "有不同意见，回“积分 异议 编号 理由”。"
	nothingToReview = "没有要您评的积分。"
	reviewTail      = "回“积分 编号”看详情。"
	nothingOdd      = "上周没有要您看的积分异常。"
	rankingHead     = "本月光荣榜："
	rankingLine     = "第%d名 %s家 %d分"
	rankingTail     = "想上榜回“积分 上榜”，不想上榜回“积分 不上榜”。"
	rankingEmpty    = "本月还没有人上榜。愿意让大家看到您家的积分，回“积分 上榜”。"
	honoured        = "好的，您家会出现在光荣榜上。不想上榜了回“积分 不上榜”。"
	notHonoured     = "好的，您家不上光荣榜，积分照样记。"
)
