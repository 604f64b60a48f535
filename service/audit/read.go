package audit

import (
	"context"

	"cunwu/model"
)

// verbRead is the verb of every read of somebody else's personal data.
const verbRead = "data.read"

// Read notes that the actor read personal data of somebody else; subject names
// whose, such as villager/ID or case/ID. What is read several times in one
// transaction is noted once.
func (s *Service) Read(ctx context.Context, actor model.Actor, villageID, subject string) error {
	_, err := model.Once(ctx, "audit/read/"+villageID+"/"+subject+"/"+ActorID(actor), nil, func() (bool, error) {
		return true, s.Note(ctx, actor, villageID, verbRead, subject, "")
	})
	return err
}
