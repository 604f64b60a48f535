package site

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/gin-gonic/gin"

	"cunwu/model"
	"cunwu/service/poll"
)

const ballotsShown = 100 // on a page

type resultPage struct {
	Result  poll.Result
	Decides string
	File    string // address of the poll's files, without their ending
	Ballots []poll.PublishedBallot
	Next    string // address of the next page of ballots; empty: none
	Earlier bool   // it isn't the first page
}

// ref is the poll that the path names, by its public id or without the village.
func ref(c *gin.Context) poll.Ref {
	village, id := c.Param("village"), c.Param("id")
	return poll.Ref{VillageID: village, ID: strings.TrimPrefix(id, village+"-")}
}

// result shows what a poll came to, with every ballot: nothing in it names anybody.
func (s *site) result(c *gin.Context) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), waiting)
	defer cancel()
	r, err := s.Polls.Public(ctx, ref(c))
	if err != nil {
		return err
	}
	after := c.Query("after")
	page := resultPage{Result: r, Decides: poll.Decides(model.Poll{Organ: r.Organ, Effect: r.Effect}), File: c.Request.URL.Path + "/ballots", Earlier: after != ""}
	var next string
	if !r.Withheld {
		if page.Ballots, next, err = s.Polls.PublicBallots(ctx, ref(c), after, ballotsShown); err != nil {
			return err
		}
	}
	if next != "" {
		page.Next = c.Request.URL.Path + "?after=" + url.QueryEscape(next) + "#ballots"
	}
	return s.show(c, http.StatusOK, "result", r.Title, page)
}

// ballotsFile is what `server verify poll` and the page's script count anew.
func (s *site) ballotsFile(c *gin.Context) error {
	return s.file(c, "application/json; charset=utf-8", s.Polls.ExportPublic)
}

// ballotLines are the ballots as text, whose SHA-256 stands in the result and in
// the public log.
func (s *site) ballotLines(c *gin.Context) error {
	return s.file(c, "text/plain; charset=utf-8", s.Polls.PublicLines)
}

func (s *site) file(c *gin.Context, contentType string, write func(ctx context.Context, ref poll.Ref, to io.Writer) error) error {
	ctx, cancel := context.WithTimeout(c.Request.Context(), lasting)
	defer cancel()
	if _, err := s.Polls.Public(ctx, ref(c)); err != nil { // refusals come before the file
		return err
	}
	_ = http.NewResponseController(c.Writer).SetWriteDeadline(time.Now().Add(lasting)) // a test's recorder has none
	c.Header("Content-Type", contentType)
	if err := write(ctx, ref(c), c.Writer); err != nil {
		s.Logger.ErrorContext(ctx, "a file broke off", "request_id", c.Writer.Header().Get("X-Request-ID"), "route", c.FullPath(), "error", err)
		panic(http.ErrAbortHandler) // so that nobody takes half of it for the whole
	}
	return nil
}
