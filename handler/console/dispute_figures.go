package console

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strconv"
	"time"

	"cunwu/handler/web"
	"cunwu/model"
	"cunwu/service/mediation"
)

type disputeFiguresPage struct {
	Year    int
	Years   []choice
	All     mediation.Figures
	Kinds   []mediation.Figures
	Funnel  web.Chart
	Median  string
	Archive bool
}

func yearOf(v *web.Visit, now time.Time) int {
	if year, err := strconv.Atoi(v.Query("year")); err == nil && year >= 2000 && year <= now.Year() {
		return year
	}
	return now.In(model.Shanghai).Year()
}

// disputeFigures are what may be told of a year's disputes together.
func (s *console) disputeFigures(ctx context.Context, v *web.Visit) error {
	page := disputeFiguresPage{Year: yearOf(v, s.Now()), Archive: v.Actor.May(model.VerbSupervise, v.Village)}
	from := time.Date(page.Year, 1, 1, 0, 0, 0, 0, model.Shanghai)
	figures, err := s.Disputes.Figures(ctx, v.Actor, v.Village, from, from.AddDate(1, 0, 0))
	if err != nil {
		return err
	}
	steps, err := s.Disputes.Funnel(ctx, v.Actor, v.Village, from, from.AddDate(1, 0, 0))
	if err != nil {
		return err
	}
	page.All, page.Kinds, page.Funnel, page.Median = figures[0], figures[1:], funnelChart(steps), "太少，不给出"
	if page.All.MedianDays != nil {
		page.Median = fmt.Sprintf("%.0f天", *page.All.MedianDays)
	}
	for year := s.Now().Year(); year > s.Now().Year()-4; year-- {
		page.Years = append(page.Years, choice{Value: strconv.Itoa(year), Text: fmt.Sprintf("%d年", year), More: v.Here("year", strconv.Itoa(year)), Chosen: year == page.Year})
	}
	return v.Show("disputefigures", "调解的数字", page)
}

// funnelChart shows how far disputes came; what is too few to be told is missing.
func funnelChart(steps []mediation.Step) web.Chart {
	c := web.Chart{Title: "走到了哪一步", Unit: "件", Series: []web.Series{{Name: "件数"}}, Empty: "太少，不给出"}
	for _, step := range steps {
		value := web.Count(step.N)
		if step.Hidden {
			value = web.Value{Missing: true}
		}
		c.Labels = append(c.Labels, stepWords(step.Name))
		c.Series[0].Values = append(c.Series[0].Values, value)
	}
	return c
}

// disputeArchive sends a year's files. They are written to the disk first, so that
// what can't be written is refused in words; the file has no name any more by then.
func (s *console) disputeArchive(ctx context.Context, v *web.Visit) error {
	file, err := os.CreateTemp("", "cunwu-archive-*")
	if err != nil {
		return err
	}
	year := yearOf(v, s.Now())
	if err = os.Remove(file.Name()); err == nil {
		err = s.Disputes.WriteArchive(ctx, v.Actor, v.Village, year, file)
	}
	if err == nil {
		_, err = file.Seek(0, io.SeekStart)
	}
	if err == nil {
		err = v.Send(ctx, "application/zip", fmt.Sprintf("%s-%d年调解卷宗.zip", v.Village, year), func(to io.Writer) error {
			_, err := io.Copy(to, file)
			return err
		})
	}
	return errors.Join(err, file.Close())
}

type mediatorLine struct {
	Person model.Villager
	Kinds  []choice
	Edit   bool
}

type disputePeoplePage struct {
	Mediators []mediatorLine
	Lawyers   []choice
	Days      []dutyDay
	Duty      bool
	F         typed
}

type dutyDay struct{ Day, Week, Lawyer string }

const dutyShown = 28

// disputePeople are who mediates what, and which lawyer answers when.
func (s *console) disputePeople(ctx context.Context, v *web.Visit) error {
	page, err := s.disputePeoplePage(ctx, v)
	if err != nil {
		return err
	}
	return v.Show("disputepeople", "调解员和律师", page)
}

func (s *console) disputePeoplePage(ctx context.Context, v *web.Visit) (disputePeoplePage, error) {
	may := mayDisputes(v)
	page := disputePeoplePage{Duty: may.Supervise || may.Counsel, F: typedIn(v, "from", "to", "lawyer")}
	if !may.Mediate && !page.Duty {
		return page, v.Actor.Require(model.VerbMediate, v.Village)
	}
	mediators, err := s.Disputes.Mediators(ctx, v.Village)
	if err != nil {
		return page, err
	}
	kinds, err := s.Disputes.KindsOf(ctx, v.Village)
	if err != nil {
		return page, err
	}
	for _, person := range mediators {
		line := mediatorLine{Person: person, Edit: may.Supervise || person.Person().Is(v.Actor.Person())}
		for _, m := range mediation.Matters() {
			line.Kinds = append(line.Kinds, choice{Value: m.Name, Text: m.Name})
		}
		line.Kinds = choose(line.Kinds, kinds[person.ID]...)
		page.Mediators = append(page.Mediators, line)
	}
	if page.Duty {
		err = s.dutyDays(ctx, v, &page)
	}
	return page, err
}

func (s *console) dutyDays(ctx context.Context, v *web.Visit, page *disputePeoplePage) error {
	lawyers, err := s.Disputes.Lawyers(ctx, v.Village)
	if err != nil {
		return err
	}
	for _, l := range lawyers {
		page.Lawyers = append(page.Lawyers, choice{Value: l.ID, Text: l.Name, Chosen: l.ID == page.F["lawyer"]})
	}
	today := s.Now().In(model.Shanghai)
	duties, err := s.Disputes.Duties(ctx, v.Actor, v.Village, today.Format(time.DateOnly), today.AddDate(0, 0, dutyShown).Format(time.DateOnly))
	for i := range dutyShown {
		at := today.AddDate(0, 0, i)
		day := dutyDay{Day: at.Format(time.DateOnly), Week: "日一二三四五六"[int(at.Weekday())*3 : int(at.Weekday())*3+3]}
		for _, d := range duties {
			if d.Day == day.Day {
				day.Lawyer = d.LawyerName
			}
		}
		page.Days = append(page.Days, day)
	}
	return err
}

func (s *console) peopleAgain(ctx context.Context, v *web.Visit, err error) error {
	if err == nil {
		return nil
	}
	page, failed := s.disputePeoplePage(ctx, v)
	if failed != nil {
		return err
	}
	return v.Again(ctx, err, "disputepeople", "调解员和律师", page)
}

// setKinds says what a mediator is good at.
func (s *console) setKinds(ctx context.Context, v *web.Visit) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		return web.Then{To: below(v, "disputes", "people"), Said: "记下了，分案时先找擅长的"}, s.Disputes.SetKinds(ctx, v.Actor, v.Village, v.Text("person"), v.Texts("kind"))
	})
	return s.peopleAgain(ctx, v, err)
}

const dutyMost = 92 // days that are set at once

// setDuty says which lawyer answers, from one day to another.
func (s *console) setDuty(ctx context.Context, v *web.Visit) error {
	err := v.Do(ctx, func(ctx context.Context) (web.Then, error) {
		from, err := v.Day("from", "从哪天")
		if err != nil {
			return web.Then{}, err
		}
		to, err := v.Day("to", "到哪天")
		switch {
		case err != nil:
			return web.Then{}, err
		case from.IsZero() || to.Before(from) || to.Sub(from) > dutyMost*24*time.Hour:
			return web.Then{}, model.Errorf(model.Invalid, "请写从哪天到哪天，一次最多排%d天", dutyMost)
		}
		for day := from; !day.After(to); day = day.AddDate(0, 0, 1) {
			if err := s.Disputes.SetDuty(ctx, v.Actor, v.Village, day.Format(time.DateOnly), v.Text("lawyer")); err != nil {
				return web.Then{}, err
			}
		}
		return web.Then{To: below(v, "disputes", "people"), Said: "值班排好了"}, nil
	})
	return s.peopleAgain(ctx, v, err)
}
