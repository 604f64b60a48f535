package poll

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/village"
)

const (
	sheetEntered  = "entered"
	sheetAccepted = "accepted"
	sheetDiffers  = "differs"
	sheetMax      = 200
)

// Sheet is a paper sheet of a meeting or ballot box: who handed a paper in, and
// the papers. In a secret poll they are in no order and lead to nobody; in a
// roll-call the n-th paper is the n-th voter's.
type Sheet struct {
	Poll     Ref
	Number   string // as it stands on the paper
	UploadID string // photo of the sheet
	Voters   []village.Named
	Ballots  [][]int // no numbers, or too many: blank or spoilt
}

// SheetOutcome is what an entry led to.
type SheetOutcome struct {
	Accepted    bool
	Differences []string // between the two entries; both are void then
}

// sheetContent is an entry in the one order that makes equal ones equal.
type sheetContent struct {
	Voters  []string // person ids
	Ballots []string // choices
}

// EnterSheet takes a sheet's first entry, or compares the second one, by somebody
// else, with it: equal entries become votes, a difference stops the sheet, and it
// is entered anew.
func (s *Service) EnterSheet(ctx context.Context, actor model.Actor, in Sheet) (SheetOutcome, error) {
	var out SheetOutcome
	number := strings.Join(strings.Fields(in.Number), "")
	if number == "" || len(number) > 32 {
		return out, model.Errorf(model.Invalid, "请写票单上的编号")
	}
	err := s.store.Tx(ctx, func(ctx context.Context) error {
		out = SheetOutcome{}
		content, entries, err := s.readSheet(ctx, actor, in)
		if err != nil {
			return err
		}
		var row model.PollSheet
		err = s.store.Locked(ctx).Where("village_id = ? AND poll_id = ? AND number = ?", in.Poll.VillageID, in.Poll.ID, number).Take(&row).Error
		switch {
		case errors.Is(err, gorm.ErrRecordNotFound):
			row = model.PollSheet{VillageID: in.Poll.VillageID, PollID: in.Poll.ID, Number: number, UploadID: in.UploadID}
			return s.firstEntry(ctx, actor, row, content, true)
		case err != nil:
			return err
		case row.State == sheetAccepted:
			return model.Errorf(model.Conflict, "票单%s已经录好了，不能再录", number)
		case row.State == sheetDiffers:
			return s.firstEntry(ctx, actor, row, content, false)
		case row.FirstBy == actor.VillagerID:
			return model.Errorf(model.Conflict, "票单%s您已经录过一遍，要由另一个人再录一遍", number)
		}
		out, err = s.secondEntry(ctx, actor, row, content, entries)
		return err
	})
	return out, err
}

// readSheet finds everybody on the roll and puts the entry in order.
func (s *Service) readSheet(ctx context.Context, actor model.Actor, in Sheet) (sheetContent, map[string]entry, error) {
	var content sheetContent
	if len(in.Voters) == 0 || len(in.Voters) > sheetMax || len(in.Ballots) != len(in.Voters) {
		return content, nil, model.Errorf(model.Invalid, "签名的人数要和票数一样多，一张票单最多%d票；没写的、写坏的也要录，录成空的", sheetMax)
	}
	entries := map[string]entry{}
	seen := map[string]bool{}
	type paper struct{ voter, choices string }
	var papers []paper
	for i, who := range in.Voters {
		e, err := s.deskEntry(ctx, actor, in.Poll, who)
		if err != nil {
			return content, nil, err
		}
		if seen[e.VoterID] {
			return content, nil, model.Errorf(model.Invalid, "%s（或同一户）在票单上出现了两次，请核对", who.Name)
		}
		seen[e.VoterID], entries[e.PersonID] = true, e
		papers = append(papers, paper{e.PersonID, paperChoices(in.Ballots[i], e.Poll)})
	}
	p := entries[papers[0].voter].Poll
	least, err := s.rule(ctx, "poll.subgroup_min", p.NoticedAt)
	if err != nil {
		return content, nil, err
	}
	if p.Secret && len(papers) < int(least) {
		return content, nil, model.Errorf(model.Invalid, "不记名的票单至少要有%d票，不然看得出谁投了什么；请和别的票合成一张", least)
	}
	slices.SortFunc(papers, func(a, b paper) int { return strings.Compare(a.voter, b.voter) })
	for _, one := range papers {
		content.Voters, content.Ballots = append(content.Voters, one.voter), append(content.Ballots, one.choices)
	}
	if p.Secret {
		slices.Sort(content.Ballots)
	}
	return content, entries, nil
}

func (s *Service) firstEntry(ctx context.Context, actor model.Actor, row model.PollSheet, content sheetContent, fresh bool) error {
	text, err := json.Marshal(content)
	if err != nil {
		return err
	}
	p, err := s.poll(s.store.DB(ctx), Ref{row.VillageID, row.PollID})
	if err != nil {
		return err
	}
	if err := s.throughGate(ctx, p, content.Voters[0]); err != nil { // a sheet too late or too early isn't kept
		return err
	}
	row.State, row.Votes, row.FirstBy, row.SecondBy = sheetEntered, len(content.Voters), actor.VillagerID, ""
	row.ContentSealed = s.keys.Seal(string(text), sealOwner(RefOf(p), "sheet/"+row.Number))
	if !fresh {
		return s.changeSheet(ctx, row)
	}
	if err := s.attach(ctx, actor, row.VillageID, row.UploadID, RefOf(p).papers()); err != nil {
		return err
	}
	err = s.store.DB(ctx).Create(&row).Error
	if errors.Is(err, gorm.ErrDuplicatedKey) {
		return model.Errorf(model.Conflict, "票单%s刚刚有人录入，请再录一次作为第二遍", row.Number)
	}
	return err
}

func (s *Service) changeSheet(ctx context.Context, row model.PollSheet) error {
	return s.of(ctx, Ref{row.VillageID, row.PollID}).Model(&model.PollSheet{}).Where("number = ?", row.Number).
		UpdateColumns(map[string]any{"state": row.State, "votes": row.Votes, "first_by": row.FirstBy, "second_by": row.SecondBy, "content_sealed": row.ContentSealed}).Error
}

func (s *Service) secondEntry(ctx context.Context, actor model.Actor, row model.PollSheet, content sheetContent, entries map[string]entry) (SheetOutcome, error) {
	ref := Ref{row.VillageID, row.PollID}
	text, err := s.keys.Open(row.ContentSealed, sealOwner(ref, "sheet/"+row.Number))
	if err != nil {
		return SheetOutcome{}, err
	}
	var first sheetContent
	if text != "" { // wiped at the close; the gate refuses below
		if err := json.Unmarshal([]byte(text), &first); err != nil {
			return SheetOutcome{}, err
		}
	}
	p := entries[content.Voters[0]].Poll
	var voterIDs []string
	for _, e := range entries {
		voterIDs = append(voterIDs, e.VoterID)
	}
	if err := s.throughGate(ctx, p, voterIDs...); err != nil {
		return SheetOutcome{}, err
	}
	row.SecondBy, row.ContentSealed = actor.VillagerID, model.Secret{}
	if found := differences(first, content, p.Secret); len(found) > 0 {
		row.State = sheetDiffers
		return SheetOutcome{Differences: found}, s.changeSheet(ctx, row)
	}
	row.State = sheetAccepted
	if err := s.takeSheet(ctx, row, content, entries); err != nil {
		return SheetOutcome{}, err
	}
	err = s.Audit.Note(ctx, actor, ref.VillageID, "poll.sheet", ref.subject(), "sheet/"+row.Number)
	return SheetOutcome{Accepted: true}, errors.Join(err, s.changeSheet(ctx, row))
}

// takeSheet turns an agreed sheet into votes.
func (s *Service) takeSheet(ctx context.Context, row model.PollSheet, content sheetContent, entries map[string]entry) error {
	for i, id := range content.Voters {
		receipt, err := random()
		if err != nil {
			return err
		}
		err = s.keep(ctx, entries[id], vote{person: id, via: "sheet/" + row.Number, channel: model.ByPaper, receipt: receipt, choices: content.Ballots[i]})
		if errors.Is(err, errVoted) {
			name, failed := s.nameOf(ctx, row.VillageID, id)
			return errors.Join(failed, model.Errorf(model.Conflict, "%s（或同一户）已经用别的办法投过票，这张票单不能收。请核对签名和票数后重录", name))
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// differences says where two entries of a sheet don't agree.
func differences(a, b sheetContent, secret bool) []string {
	var found []string
	if len(a.Voters) != len(b.Voters) {
		found = append(found, fmt.Sprintf("第一遍%d票，第二遍%d票", len(a.Voters), len(b.Voters)))
	}
	if !slices.Equal(a.Voters, b.Voters) {
		found = append(found, "两遍录的人不一样，请对照签名")
	}
	if secret {
		one, two := tallyOf(a.Ballots), tallyOf(b.Ballots)
		for choices := range one {
			if one[choices] != two[choices] {
				found = append(found, fmt.Sprintf("选“%s”的：第一遍%d票，第二遍%d票", shownChoices(choices), one[choices], two[choices]))
			}
		}
		for choices := range two {
			if one[choices] == 0 {
				found = append(found, fmt.Sprintf("选“%s”的：第一遍0票，第二遍%d票", shownChoices(choices), two[choices]))
			}
		}
	} else if !slices.Equal(a.Ballots, b.Ballots) {
		found = append(found, "两遍录的选择不一样，请一张一张对照")
	}
	slices.Sort(found)
	return found
}

func tallyOf(ballots []string) map[string]int {
	count := map[string]int{}
	for _, choices := range ballots {
		count[choices]++
	}
	return count
}

func shownChoices(choices string) string {
	if choices == "" {
		return "空白或写坏"
	}
	return choices
}
