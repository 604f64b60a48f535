package poll

import (
	"context"
	"fmt"

	"cunwu/model"
	"cunwu/service/paper"
)

// Board is a counted poll's result to hang on the village's board, as a PDF or a
// picture (paper.PDF, paper.PNG). No voter stands on it, in a roll-call poll
// neither. It is for who may read the result. Errors: TooEarly, Gone as of Result;
// Away (no font), Conflict (too long for a picture).
func (s *Service) Board(ctx context.Context, actor model.Actor, ref Ref, form string) ([]byte, error) {
	r, err := s.Result(ctx, actor, ref)
	if err != nil {
		return nil, err
	}
	p, err := s.poll(s.store.DB(ctx), ref)
	if err != nil {
		return nil, err
	}
	unit, err := s.People.Get(ctx, ref.VillageID)
	if err != nil {
		return nil, err
	}
	sheet := r.sheet(unit.Name, p)
	if !p.VillageOnly && s.o.BaseURL != "" {
		sheet = append(sheet, paper.Code{Text: s.o.BaseURL + "/v/" + ref.VillageID + "/polls/" + ref.ID, Words: boardCode})
	}
	return s.Press.Draw(ctx, append(sheet, paper.Gap(8), paper.Text{Text: boardHash + r.BallotsHash, Size: 8, Ink: paper.Grey}), form)
}

// sheet is the result as the board shows it.
func (r Result) sheet(village string, p model.Poll) paper.Sheet {
	sheet := paper.Sheet{
		paper.Text{Text: village + "投票结果", Size: 18, Align: paper.Centre, Ink: paper.Red},
		paper.Text{Text: r.Title, Size: 24, Align: paper.Centre},
		paper.Text{Text: Decides(p) + "，" + secretWords(r.Secret), Align: paper.Centre, Ink: paper.Grey},
		paper.Line{Ink: paper.Red}, paper.Gap(8),
		paper.Text{Text: outcomeWords(p), Size: 26, Align: paper.Centre, Ink: paper.Red},
		paper.Gap(8),
		paper.Text{Text: turnoutWords(r), Size: 14},
		paper.Gap(6),
	}
	if r.Withheld {
		sheet = append(sheet, paper.Text{Text: boardWithheld, Size: 14})
	}
	for i, o := range r.Options {
		if r.Withheld {
			break
		}
		label, ink := fmt.Sprintf("%d. %s", i+1, o.Text), paper.Grey
		if o.Adopted {
			label, ink = label+"（通过）", paper.Red
		}
		sheet = append(sheet, paper.Bar{Label: label, Part: o.Votes, All: r.Turnout, Note: fmt.Sprintf("%d票", o.Votes), Ink: ink})
	}
	if r.Spoilt > 0 && !r.Withheld {
		sheet = append(sheet, paper.Text{Text: fmt.Sprintf("空白或写坏的票：%d", r.Spoilt)})
	}
	sheet = append(sheet, paper.Gap(6), paper.Line{Ink: paper.Pale})
	for _, part := range [][]Share{r.ByChannel, r.ByResidence} {
		if words := sharesWords(part); words != "" {
			sheet = append(sheet, paper.Text{Text: words})
		}
	}
	sheet = append(sheet, paper.Text{Text: fmt.Sprintf("%s开始，%s截止。", when(r.OpenedAt), when(r.ClosedAt))})
	for _, reason := range []struct{ what, why string }{{"延长的原因：", r.Extended}, {"提前截止的原因：", r.EndedEarly}} {
		if reason.why != "" {
			sheet = append(sheet, paper.Text{Text: reason.what + reason.why})
		}
	}
	return append(sheet, paper.Gap(10))
}
