package dialogue

import (
	"cunwu/model"
	"cunwu/service/help"
)

// Waiting is the answer while the database is away: the message is kept, its
// number follows, and nobody who is in danger may wait for it.
func Waiting(in model.Incoming) model.Reply {
	switch in.Kind {
	case model.InText:
		if help.HeedOf(normalise(in.Text)).Danger != help.NoDanger {
			return model.Reply{Text: emergencyNumbers + "\n" + waitingText}
		}
	case model.InVoice:
		return model.Reply{Text: waitingText + "\n" + notPolice}
	case model.InUnfollow, model.InGrant, model.InSendState, model.InChecked, model.InOther:
		return model.Reply{}
	}
	return model.Reply{Text: waitingText}
}
