package merit

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"cunwu/model"
)

const (
	textMax  = 2000 // characters of a claim
	mediaMax = 9
	lateDays = 7 // a claim older than that is marked
)

// NewClaim says that somebody did a deed.
type NewClaim struct {
	VillageID  string
	Deed       int
	PersonID   string // who did it; empty: the actor
	HappenedOn string // 2026-03-04; empty: today
	Text       string
	MediaIDs   []string    // pictures and voices sent in chat
	UploadIDs  []string    // files that were uploaded
	By         model.Actor // the helper, when somebody acts on the actor's behalf
}

// Claim files a claim: for oneself, on behalf (of the own household, kin, or by
// a cadre), in praise of a neighbour, or a deduction by the village. It takes up
// the deed's cap at once, and three reviewers are asked.
// Errors: Invalid (form), Forbidden (who may claim), Conflict (cap, claimed already).
func (s *Service) Claim(ctx context.Context, actor model.Actor, in NewClaim) (model.MeritClaim, error) {
	var c model.MeritClaim
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		if err := member(actor, in.VillageID); err != nil {
			return err
		}
		if err := s.checkClaim(ctx, &in, actor); err != nil {
			return err
		}
		book, err := s.BookOn(ctx, in.VillageID, in.HappenedOn)
		if err != nil {
			return err
		}
		deed, err := book.deed(in.Deed)
		if err != nil {
			return err
		}
		if c, err = s.newClaim(ctx, actor, in, deed); err != nil {
			return err
		}
		return s.file(ctx, actor, &c, deed, in)
	})
	return c, err
}

func (s *Service) checkClaim(ctx context.Context, in *NewClaim, actor model.Actor) error {
	in.Text = strings.TrimSpace(in.Text)
	if in.HappenedOn == "" {
		in.HappenedOn = s.today()
	}
	if in.PersonID == "" {
		in.PersonID = actor.VillagerID
	}
	days, err := s.rule(ctx, "merit.back_dated")
	if err != nil {
		return err
	}
	oldest := s.store.Now().AddDate(0, 0, -days).Format(time.DateOnly)
	switch {
	case !isDay(in.HappenedOn) || in.HappenedOn > s.today():
		return model.Errorf(model.Invalid, "请写明哪一天做的，例如 %s，不能是以后的日子", s.today())
	case in.HappenedOn < oldest:
		return model.Errorf(model.Gone, "%d天以前的事不能再报了", days)
	case utf8.RuneCountInString(in.Text) > textMax:
		return model.Errorf(model.Invalid, "说明不超过%d个字，请写短一些", textMax)
	case len(in.MediaIDs)+len(in.UploadIDs) > mediaMax:
		return model.Errorf(model.Invalid, "照片和语音不超过%d个", mediaMax)
	}
	return nil
}

func (s *Service) newClaim(ctx context.Context, actor model.Actor, in NewClaim, deed model.MeritDeed) (model.MeritClaim, error) {
	person, err := s.villager(ctx, in.VillageID, in.PersonID)
	if err != nil {
		return model.MeritClaim{}, err
	}
	house, err := s.household(ctx, in.VillageID, in.PersonID)
	if err != nil {
		return model.MeritClaim{}, err
	}
	c := model.MeritClaim{VillageID: in.VillageID, ID: model.NewID(), State: model.ClaimReviewing, Version: deed.Version, Deed: deed.Number,
		Title: deed.Name, Points: deed.Points, ClaimantID: actor.VillagerID, ClaimantName: actor.Name, PersonID: person.ID, PersonName: person.Name,
		HouseholdID: house, AccountID: houseAccount(house), HappenedOn: in.HappenedOn, Text: in.Text, OpenedAt: s.now()}
	if in.By.Known() && in.By.VillageID == in.VillageID { // a helper from elsewhere is nobody's kin here
		c.ClaimantID, c.ClaimantName = in.By.VillagerID, in.By.Name
	}
	c.OnceKey = aliveKey(c)
	if deed.Cap > 0 {
		day, _ := time.ParseInLocation(time.DateOnly, in.HappenedOn, model.Shanghai) // checked
		c.CapPeriod = periodOf(day, deed.CapPeriod)
	}
	if c.Kind, err = s.kindOf(ctx, actor, c, deed); err != nil {
		return c, err
	}
	return c, enough(deed, in)
}

// aliveKey lets one person claim a deed once a day.
func aliveKey(c model.MeritClaim) string {
	return fmt.Sprintf("%s/%d/%s", c.PersonID, c.Deed, c.HappenedOn)
}

// kindOf says as what the actor may claim the deed for the person.
func (s *Service) kindOf(ctx context.Context, actor model.Actor, c model.MeritClaim, deed model.MeritDeed) (string, error) {
	if deed.Points < 0 {
		if err := actor.Require(model.VerbMeritManage, c.VillageID); err != nil {
			return "", model.Errorf(model.Forbidden, "扣分只能由村委会提出")
		}
		return model.ClaimDeduct, nil
	}
	kind := model.ClaimOwn
	if c.PersonID != actor.VillagerID {
		kin, err := s.people.Kin(ctx, c.VillageID, actor.VillagerID)
		if err != nil {
			return "", err
		}
		if kind = model.ClaimPraise; kin[c.PersonID] || deed.Who == model.DeedSelf && actor.May(model.VerbBindOthers, c.VillageID) {
			kind = model.ClaimBehalf
		}
	} else if c.ClaimantID != c.PersonID {
		kind = model.ClaimBehalf
	}
	switch {
	case deed.Who == model.DeedPraise && kind != model.ClaimPraise:
		return "", model.Errorf(model.Forbidden, "“%s”要由别的乡亲来夸，不能自己或家里人报", deed.Name)
	case deed.Who == model.DeedSelf && kind == model.ClaimPraise:
		return "", model.Errorf(model.Forbidden, "“%s”要由本人、家里人或网格员来报", deed.Name)
	}
	return kind, nil
}

func enough(deed model.MeritDeed, in NewClaim) error {
	switch {
	case deed.Evidence == model.EvidencePicture && len(in.MediaIDs)+len(in.UploadIDs) == 0:
		return model.Errorf(model.Invalid, "“%s”要有照片，请发照片再报", deed.Name)
	case deed.Evidence != model.EvidenceNone && in.Text == "" && len(in.MediaIDs)+len(in.UploadIDs) == 0:
		return model.Errorf(model.Invalid, "请说说做了什么，打字、语音、照片都行")
	}
	return nil
}

// file stores the claim with its evidence and asks the reviewers.
func (s *Service) file(ctx context.Context, actor model.Actor, c *model.MeritClaim, deed model.MeritDeed, in NewClaim) error {
	if err := s.takeCap(ctx, *c, deed); err != nil {
		return err
	}
	if err := s.mayFileToday(ctx, *c); err != nil {
		return err
	}
	var err error
	if c.Flags, err = s.oddities(ctx, *c); err != nil {
		return err
	}
	if c.Number, err = s.store.NextNumber(ctx, c.VillageID, "merit"); err != nil {
		return err
	}
	words := fmt.Sprintf("%s在%s的“%s”已经报过了，不用再报", c.PersonName, c.HappenedOn, c.Title)
	if err := unique(s.store.DB(ctx).Create(c).Error, words); err != nil {
		return err
	}
	if err := s.attach(ctx, actor, *c, in); err != nil {
		return err
	}
	if c.PersonID != c.ClaimantID {
		if err := s.tellPerson(ctx, *c, "filed", filedForYouText(*c)); err != nil {
			return err
		}
	}
	return s.ask(ctx, c)
}

// takeCap takes the claim's points up from its deed's cap.
func (s *Service) takeCap(ctx context.Context, c model.MeritClaim, deed model.MeritDeed) error {
	if c.CapPeriod == "" {
		return nil
	}
	room, err := s.add(ctx, capOf(c, c.Points), deed.Cap)
	if err == nil && !room {
		return model.Errorf(model.Conflict, "“%s”%s已经报满了（一户%s最多%d分）", deed.Name, periodWords(deed.CapPeriod), periodWords(deed.CapPeriod), deed.Cap)
	}
	return err
}

func capOf(c model.MeritClaim, points int64) model.MeritSum {
	return model.MeritSum{VillageID: c.VillageID, Name: fmt.Sprintf("cap/%d", c.Deed), Period: c.CapPeriod, AccountID: c.AccountID, Total: points}
}

// freeCap gives the cap back: the claim came to nothing.
func (s *Service) freeCap(ctx context.Context, c model.MeritClaim) error {
	if c.CapPeriod == "" {
		return nil
	}
	_, err := s.add(ctx, capOf(c, -c.Points), 0)
	return err
}

// mayFileToday bounds how much one person files in a day.
func (s *Service) mayFileToday(ctx context.Context, c model.MeritClaim) error {
	most, err := s.rule(ctx, "merit.claims_a_day")
	if err != nil || c.Kind == model.ClaimDeduct {
		return err
	}
	room, err := s.add(ctx, model.MeritSum{VillageID: c.VillageID, Name: "claims", Period: s.today(), AccountID: c.ClaimantID, Total: 1}, int64(most))
	if err == nil && !room {
		return model.Errorf(model.TooMany, "您今天已经报了%d件，明天再报吧", most)
	}
	return err
}

// oddities are marks that reviewers see: the same household claimed the same on
// the same day, or the deed is long past.
func (s *Service) oddities(ctx context.Context, c model.MeritClaim) (string, error) {
	var flags []string
	if c.HappenedOn < s.store.Now().AddDate(0, 0, -lateDays).Format(time.DateOnly) {
		flags = append(flags, flagLate)
	}
	var same int64
	err := s.store.DB(ctx).Model(&model.MeritClaim{}).Where("village_id = ? AND account_id = ? AND deed = ? AND happened_on = ? AND state NOT IN ?",
		c.VillageID, c.AccountID, c.Deed, c.HappenedOn, []string{model.ClaimRefused, model.ClaimWithdrawn}).Count(&same).Error
	if same > 0 {
		flags = append(flags, flagHousehold)
	}
	return strings.Join(flags, ","), err
}

// attach keeps which pictures and voices belong to the claim: each to one only.
func (s *Service) attach(ctx context.Context, actor model.Actor, c model.MeritClaim, in NewClaim) error {
	all := slices.Compact(slices.Sorted(slices.Values(slices.Concat(in.MediaIDs, in.UploadIDs))))
	if len(all) == 0 {
		return nil
	}
	rows := make([]model.MeritEvidence, 0, len(all))
	for _, id := range all {
		rows = append(rows, model.MeritEvidence{VillageID: c.VillageID, MediaID: id, ClaimID: c.ID, State: evidenceWanted, CreatedAt: c.OpenedAt, NextAt: c.OpenedAt})
	}
	if err := unique(s.store.DB(ctx).Create(&rows).Error, "这张照片或语音已经报过一次，请发新的"); err != nil {
		return err
	}
	if in.By.Known() {
		actor = in.By
	}
	if len(in.UploadIDs) > 0 {
		if err := s.o.Attach(ctx, actor, c.VillageID, in.UploadIDs, subject(c)); err != nil {
			return err
		}
	}
	return s.wantShown(ctx, actor, c, all)
}
