package casework_test

import (
	"slices"
	"testing"

	"cunwu/model"
	"cunwu/service/casework"
)

// A helper's list has what the elder's own has, but for what nobody else may know.
func TestAHelpersListHidesWhatIsTheEldersAlone(t *testing.T) {
	o := newOffice(t)
	elder, helper, other := o.actor("yunxi", "王小草"), o.actor("yunxi", "陈勇"), o.actor("yunxi", "孙有田")
	o.must(o.store.DB(o.ctx).Create(&model.Helper{VillageID: "yunxi", ID: model.NewID(), Number: 1, ElderID: elder.VillagerID, HelperVillage: "yunxi", HelperID: helper.VillagerID,
		Once: "1", ForReading: true, State: model.HelpAgreed, LapsesAt: model.At(o.clock.Now().AddDate(1, 0, 0))}).Error)
	for n, change := range []func(*model.Case){
		func(*model.Case) {},
		func(c *model.Case) { c.Confidential = true },
		func(c *model.Case) { c.Neutral = true },
		func(c *model.Case) { c.AccusedIDs = other.VillagerID },
		func(c *model.Case) { c.AccusedIDs = helper.VillagerID },
		func(c *model.Case) { c.AskerID = other.VillagerID },
		func(c *model.Case) { c.State = model.CaseSubmitted },
	} {
		o.put(n+1, func(c *model.Case) {
			c.AskerVillage, c.AskerID = "yunxi", elder.VillagerID
			change(c)
		})
	}
	list := func(p casework.Page) ([]model.Case, string, error) {
		return o.cases.AskedFor(o.ctx, helper, elder.Person(), p)
	}
	for _, limit := range []int{1, 100} {
		if got := o.pages(limit, list); !slices.Equal(got, []int64{7, 4, 1}) {
			t.Errorf("%d a page: %v", limit, got)
		}
	}
	if got := o.pages(100, list, model.CaseSubmitted); !slices.Equal(got, []int64{7}) {
		t.Errorf("open: %v", got)
	}
}
