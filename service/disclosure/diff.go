package disclosure

import (
	"context"
	"fmt"
	"strings"

	"cunwu/model"
)

// How a line of two versions compares.
const (
	LineSame    = "same"
	LineAdded   = "added"
	LineRemoved = "removed"
)

// Line is a line of the difference between two versions.
type Line struct {
	How  string
	Text string
}

const diffMax = 4_000_000 // cells of the comparison; beyond it all lines count as changed

// Diff compares two published versions: title, text, and the accounts item by
// item, as lines.
func (s *Service) Diff(ctx context.Context, actor model.Actor, ref Ref, from, to int) ([]Line, error) {
	var lines [2][]string
	for i, number := range []int{from, to} {
		view, err := s.Get(ctx, actor, ref, number)
		if err != nil {
			return nil, err
		}
		if view.Version.PublishedAt.IsZero() {
			return nil, errNone()
		}
		lines[i] = append([]string{view.Version.Title}, strings.Split(view.Version.Text, "\n")...)
		if view.Statement == nil {
			continue
		}
		more, err := s.accountLines(ctx, *view.Statement)
		if err != nil {
			return nil, err
		}
		lines[i] = append(lines[i], more...)
	}
	return diff(lines[0], lines[1]), nil
}

func (s *Service) accountLines(ctx context.Context, st model.FinanceStatement) ([]string, error) {
	lines := []string{"期初余额 " + Yuan(st.Opening)}
	var items []model.FinanceItem
	err := s.store.DB(ctx).Where("village_id = ? AND disclosure_id = ? AND version = ?", st.VillageID, st.DisclosureID, st.Version).Order("seq").Limit(rowsMax).Find(&items).Error
	for _, i := range items {
		lines = append(lines, strings.Join(strings.Fields(fmt.Sprintf("%s %s %s %s %s %s %s %s", i.Day, direction(i.Income), Yuan(i.Amount), i.Category, i.Purpose, i.Party, i.Approver, i.Invoice)), " "))
	}
	return append(lines, "期末余额 "+Yuan(st.Closing)), err
}

func direction(income bool) string {
	if income {
		return "收入"
	}
	return "支出"
}

// diff is the shortest list of lines kept, removed and added (longest common
// subsequence).
func diff(a, b []string) []Line {
	var lines []Line
	for len(a) > 0 && len(b) > 0 && a[0] == b[0] {
		lines = append(lines, Line{LineSame, a[0]})
		a, b = a[1:], b[1:]
	}
	var tail []Line
	for len(a) > 0 && len(b) > 0 && a[len(a)-1] == b[len(b)-1] {
		tail = append([]Line{{LineSame, a[len(a)-1]}}, tail...)
		a, b = a[:len(a)-1], b[:len(b)-1]
	}
	if len(a)*len(b) <= diffMax {
		lines = append(lines, middle(a, b)...)
	} else {
		lines = append(lines, all(LineRemoved, a)...)
		lines = append(lines, all(LineAdded, b)...)
	}
	return append(lines, tail...)
}

func middle(a, b []string) []Line {
	common := make([][]int32, len(a)+1)
	for i := range common {
		common[i] = make([]int32, len(b)+1)
	}
	for i := len(a) - 1; i >= 0; i-- {
		for j := len(b) - 1; j >= 0; j-- {
			if a[i] == b[j] {
				common[i][j] = common[i+1][j+1] + 1
			} else {
				common[i][j] = max(common[i+1][j], common[i][j+1])
			}
		}
	}
	var lines []Line
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i] == b[j]:
			lines = append(lines, Line{LineSame, a[i]})
			i, j = i+1, j+1
		case common[i+1][j] >= common[i][j+1]:
			lines = append(lines, Line{LineRemoved, a[i]})
			i++
		default:
			lines = append(lines, Line{LineAdded, b[j]})
			j++
		}
	}
	lines = append(lines, all(LineRemoved, a[i:])...)
	return append(lines, all(LineAdded, b[j:])...)
}

func all(how string, texts []string) []Line {
	var lines []Line
	for _, text := range texts {
		lines = append(lines, Line{how, text})
	}
	return lines
}
