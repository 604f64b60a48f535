package casework_test

import (
	"testing"

	"cunwu/model"
	"cunwu/service/casework"
)

// The asker's own look leaves nothing behind; everybody else's is noted, and the
// note says whose case it was, not what it says.
func TestWhoElseReadsACaseIsNoted(t *testing.T) {
	o := newOffice(t)
	o.grant("yunxi", "张明", model.RoleBranchSecretary)
	c := o.open("路灯坏了")
	reads := func() (found []model.AuditEntry) {
		o.must(o.store.DB(o.ctx).Where("verb = 'data.read'").Order("id").Find(&found).Error)
		return found
	}
	asker, secretary := o.actor("yunxi", "王小草"), o.actor("yunxi", "张明")
	_, err := o.cases.Get(o.ctx, asker, casework.RefOf(c))
	o.must(err)
	if found := reads(); len(found) != 0 {
		t.Errorf("the asker's own read was noted: %+v", found)
	}
	_, err = o.cases.Get(o.ctx, secretary, casework.RefOf(c))
	o.must(err)
	_, err = o.cases.See(o.ctx, secretary, c)
	o.must(err)
	found := reads()
	if len(found) != 2 || found[0].ActorID != secretary.VillagerID || found[0].Subject != "case/"+c.ID || found[0].Detail != "" {
		t.Errorf("%+v", found)
	}
	_, err = o.cases.Get(o.ctx, o.actor("yunxi", "陈勇"), casework.RefOf(c))
	if !model.IsCode(err, model.Unknown) || len(reads()) != 2 {
		t.Errorf("a stranger to the case: %v, %d reads", err, len(reads()))
	}
}
