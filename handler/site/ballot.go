package site

import (
	"context"
	"net/http"
	"strconv"
	"strings"

	"github.com/gin-gonic/gin"

	"cunwu/model"
	"cunwu/service/poll"
)

// ballotPage is the page of a one-time link, in each of its steps.
type ballotPage struct {
	Poll    model.Poll
	Decides string
	Options []choice
	Most    int
	Turnout int
	Receipt string // drawn here for phones without scripts; others draw their own
	Wrong   string // what to put right
}

type choice struct {
	Number int
	Text   string
	Chosen bool
}

// ballot shows the matter and takes the choice.
func (s *site) ballot(c *gin.Context) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), waiting)
	defer cancel()
	v, err := s.Polls.OpenLink(ctx, c.Param("village"), c.Param("token"))
	if err != nil {
		return err
	}
	if !v.MayVote {
		return model.Errorf(model.Conflict, "%s。", v.Why)
	}
	receipt, err := poll.NewReceipt()
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, "ballot", v.Poll.Title, pageOf(v, nil, receipt))
}

func pageOf(v poll.View, chosen []int, receipt string) ballotPage {
	p := ballotPage{Poll: v.Poll, Decides: poll.Decides(v.Poll), Most: v.Poll.MaxChoices, Turnout: v.Turnout, Receipt: receipt}
	for i, text := range v.Options {
		one := choice{Number: i + 1, Text: text}
		for _, n := range chosen {
			one.Chosen = one.Chosen || n == i+1
		}
		p.Options = append(p.Options, one)
	}
	return p
}

// cast asks once more, for a vote can't be changed, and then takes it. The same
// form sent twice is one vote; the receipt is shown and stands in no address.
func (s *site) cast(c *gin.Context) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), waiting)
	defer cancel()
	if err := c.Request.ParseForm(); err != nil {
		return model.Errorf(model.Invalid, wordsForm).Because(err)
	}
	village, token := c.Param("village"), c.Param("token")
	v, err := s.Polls.OpenLink(ctx, village, token)
	if err != nil {
		return err
	}
	chosen, receipt := numbers(c.Request.PostForm["choice"]), strings.TrimSpace(c.Request.PostForm.Get("receipt"))
	page := pageOf(v, chosen, receipt)
	switch {
	case len(chosen) == 0:
		page.Wrong = wordsNone
	case len(chosen) > v.Poll.MaxChoices:
		page.Wrong = wordsMany
	}
	if page.Wrong != "" {
		return s.show(c, http.StatusUnprocessableEntity, "ballot", v.Poll.Title, page)
	}
	if c.Request.PostForm.Get("sure") == "" {
		return s.show(c, http.StatusOK, "sure", v.Poll.Title, page)
	}
	err = s.Polls.CastByLink(ctx, village, token, poll.Ballot{Choices: chosen, Receipt: receipt, ForHousehold: v.Poll.ByHousehold})
	if err != nil {
		return err
	}
	return s.show(c, http.StatusOK, "cast", v.Poll.Title, page)
}

// numbers are those of a form; what is none isn't chosen.
func numbers(texts []string) []int {
	var all []int
	for _, text := range texts {
		if n, err := strconv.Atoi(text); err == nil && len(all) < 100 {
			all = append(all, n)
		}
	}
	return all
}
