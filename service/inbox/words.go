package inbox

import "cunwu/model"

// What people read here.
const (
	wordsWaiting = "已收到，稍后给您编号"
	wordsSlow    = "已收到，请稍候，马上回复您"
	wordsFailed  = "已收到，村里会尽快处理"

	wordsUnknown = "没有这条消息，请检查公众号和消息标识"
	wordsDone    = "这条消息已经处理过了"
	wordsCursor  = "翻页标记不对，请从第一页重新看"
)

// waitingReply is said to whatever is on disk only, and to its re-deliveries.
func waitingReply(in model.Incoming) model.Reply {
	switch in.Kind {
	case model.InUnfollow, model.InGrant, model.InSendState, model.InChecked, model.InOther:
		return model.Reply{} // nobody spoke
	case model.InClick, model.InScan, model.InFollow:
		return model.Reply{Text: wordsSlow}
	}
	return model.Reply{Text: wordsWaiting}
}

// failedReply is said when a turn can't be done at all.
func failedReply(in model.Incoming) model.Reply {
	if waitingReply(in).Text == "" {
		return model.Reply{}
	}
	return model.Reply{Text: wordsFailed}
}
