package site

import (
	"context"
	"fmt"

	"cunwu/handler/web"
	"cunwu/service/disclosure"
)

const categoriesDrawn = 8

type accountsPage struct {
	years
	Months                    []accountsMonth // those that are public, or should be
	Published, Missing        int
	Income, Expense           int64 // of the months that are public
	Chart                     web.Chart
	Incomes, Expenses         []disclosure.Sum
	IncomeChart, ExpenseChart web.Chart
}

// accountsMonth is a month with how it stands in the calendar.
type accountsMonth struct {
	disclosure.Month
	Words string // 3月
	State string // of its line of the calendar; empty: nobody asked for it
}

// accounts are a year's: what came in and went out, and what isn't public.
func (s *site) accounts(ctx context.Context, v *web.Visit) error {
	page := accountsPage{years: s.yearOf(v)}
	months, err := s.Public.Year(ctx, v.Village, page.Year)
	if err != nil {
		return err
	}
	states, err := s.financeStates(ctx, v, page.years)
	if err != nil {
		return err
	}
	for i, m := range months {
		month := accountsMonth{Month: m, Words: fmt.Sprintf("%d月", i+1), State: states[m.Period]}
		if m.Published {
			month.State = disclosure.StatePublished
		}
		if month.State != "" {
			page.add(month)
		}
	}
	sums, err := s.Public.YearByCategory(ctx, v.Village, page.Year)
	if err != nil {
		return err
	}
	for _, one := range sums {
		if one.Income {
			page.Incomes = append(page.Incomes, one)
		} else {
			page.Expenses = append(page.Expenses, one)
		}
	}
	page.Chart = page.chart()
	page.IncomeChart = categoryChart("收入从哪来", page.Incomes)
	page.ExpenseChart = categoryChart("钱花在哪", page.Expenses)
	return v.Show("accounts", "村里的账", page)
}

// financeStates are the lines of the calendar of a year's months, whose last days
// may lie in the next year.
func (s *site) financeStates(ctx context.Context, v *web.Visit, y years) (map[string]string, error) {
	slots, err := s.Public.Calendar(ctx, v.Actor, v.Village, y.begin(), y.end().AddDate(0, 4, 0))
	states := map[string]string{}
	for _, one := range slots {
		if one.Duty == "finance" {
			states[one.Period] = one.State
		}
	}
	return states, err
}

func (p *accountsPage) add(m accountsMonth) {
	p.Months = append(p.Months, m)
	switch m.State {
	case disclosure.StatePublished:
		p.Published++
		p.Income += m.Income
		p.Expense += m.Expense
	case disclosure.StateLate, disclosure.StateVeryLate:
		p.Missing++
	}
}

// chart leaves out months whose last day hasn't come.
func (p *accountsPage) chart() web.Chart {
	c := web.Chart{Title: fmt.Sprintf("%d年每月收支", p.Year), Unit: "元", Empty: "没有公开", Series: []web.Series{{Name: "收入"}, {Name: "支出"}}}
	for _, m := range p.Months {
		if m.State == disclosure.StateDue {
			continue
		}
		c.Labels = append(c.Labels, m.Words)
		for i, fen := range []int64{m.Income, m.Expense} {
			value := web.Money(fen)
			value.Missing = !m.Published
			c.Series[i].Values = append(c.Series[i].Values, value)
		}
	}
	return c
}

// categoryChart draws the largest categories, and the others as one.
func categoryChart(title string, sums []disclosure.Sum) web.Chart {
	c := web.Chart{Title: title, Unit: "元", Series: []web.Series{{Name: "合计"}}}
	rest := int64(0)
	for i, one := range sums {
		if i >= categoriesDrawn && len(sums) > categoriesDrawn+1 {
			rest += one.Amount
			continue
		}
		c.Labels = append(c.Labels, one.Category)
		c.Series[0].Values = append(c.Series[0].Values, web.Money(one.Amount))
	}
	if rest > 0 {
		c.Labels = append(c.Labels, "其余")
		c.Series[0].Values = append(c.Series[0].Values, web.Money(rest))
	}
	return c
}
