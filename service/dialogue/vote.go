package dialogue

import (
	"context"
	"fmt"
	"strings"

	"cunwu/model"
	"cunwu/service/casework"
	"cunwu/service/poll"
	"cunwu/service/village"
)

const (
	pollsShown = 9
	pollText   = 600 // characters of a poll's text that a chat shows
)

// votes lists what waits for the speaker's vote.
func (t *turn) votes(ctx context.Context) (string, error) {
	if t.polls == nil {
		return notYet(keyVote), nil
	}
	if !t.actor.Known() {
		return notBound, nil
	}
	items, _, err := t.polls.List(ctx, t.actor, poll.Query{VillageID: t.actor.VillageID, Todo: true, Limit: pollsShown})
	if err != nil {
		return "", err
	}
	switch len(items) {
	case 0:
		return noVotes, nil
	case 1:
		return t.showPoll(ctx, t.actor, poll.RefOf(items[0].Poll))
	}
	f := frame{Kind: askPoll}
	lines := []string{fmt.Sprintf(votesHead, len(items))}
	for i, item := range items {
		v, err := t.polls.Get(ctx, t.actor, poll.RefOf(item.Poll))
		if err != nil {
			return "", err
		}
		f.Options = append(f.Options, option{ID: model.PublicID(item.Poll.VillageID, item.Poll.ID), Label: item.Poll.Title})
		lines = append(lines, fmt.Sprintf(voteLine, i+1, item.Poll.Title, manner(item.Poll), casework.When(item.Poll.ClosesAt.Time), v.Turnout, item.Poll.Electorate))
	}
	f.Prompt = strings.Join(append(lines, votesTail), "\n")
	return t.ask(f, 0), nil
}

func (t *turn) pollPicked(ctx context.Context, f frame, n int) (string, error) {
	if n < 1 || n > len(f.Options) {
		return f.Prompt, nil
	}
	t.drop(askPoll)
	ref, err := pollOf(f.Options[n-1].ID)
	if err != nil {
		return "", err
	}
	return t.showPoll(ctx, t.as(f.Speaker), ref)
}

// showPoll tells what is put, and how to vote: by number in a simple roll-call,
// else by a one-time link, so that a secret choice never is chat text.
func (t *turn) showPoll(ctx context.Context, actor model.Actor, ref poll.Ref) (string, error) {
	v, err := t.polls.Get(ctx, actor, ref)
	if err != nil {
		return "", err
	}
	p := v.Poll
	lines := []string{fmt.Sprintf(pollHead, p.Title, poll.Decides(p), manner(p), casework.When(p.ClosesAt.Time), v.Turnout, p.Electorate)}
	if p.Text != "" {
		lines = append(lines, clip(p.Text, pollText))
	}
	if p.ByHousehold {
		lines = append(lines, pollHousehold)
	}
	if !v.MayVote {
		return strings.Join(append(lines, v.Why), "\n"), nil
	}
	if p.Secret || p.MaxChoices > 1 || len(v.Options) > 9 {
		link, expires, err := t.polls.Link(ctx, actor, ref)
		if err != nil {
			return "", err
		}
		words := linkOpen
		if p.Secret {
			words = linkSecret
		}
		return strings.Join(append(lines, fmt.Sprintf(words, expires.Format("15:04"), link)), "\n"), nil
	}
	f := frame{Kind: askBallot, Speaker: actor.Person()}
	lines = append(lines, pollOpen)
	for i, text := range v.Options {
		f.Options = append(f.Options, option{ID: model.PublicID(p.VillageID, p.ID), Label: text})
		lines = append(lines, fmt.Sprintf("回%d：%s", i+1, text))
	}
	f.Prompt = strings.Join(lines, "\n")
	return t.ask(f, 0), nil
}

// chosen asks once more: a vote can't be changed.
func (t *turn) chosen(f frame, n int) string {
	if n < 1 || n > len(f.Options) {
		return f.Prompt
	}
	t.drop(askBallot)
	o := f.Options[n-1]
	return t.ask(frame{Kind: askCast, Speaker: f.Speaker, Text: o.ID, Number: int64(n), Prompt: fmt.Sprintf(castPrompt, o.Label), Options: []option{{Label: o.Label}}}, 0)
}

func (t *turn) handedIn(ctx context.Context, f frame, n int) (string, error) {
	if n != 1 && n != 2 {
		return f.Prompt, nil
	}
	t.drop(askCast)
	if n == 2 {
		return t.then(notCast), nil
	}
	ref, err := pollOf(f.Text)
	if err != nil {
		return "", err
	}
	receipt, err := poll.NewReceipt()
	if err != nil {
		return "", err
	}
	err = t.polls.Cast(ctx, t.as(f.Speaker), poll.Ballot{Poll: ref, Choices: []int{int(f.Number)}, Receipt: receipt, Channel: model.ByChat})
	return t.then(fmt.Sprintf(castReply, f.Options[0].Label)), err
}

// denyVote voids a vote that somebody else entered for the speaker.
func (t *turn) denyVote(ctx context.Context) (string, error) {
	if t.polls == nil || !t.actor.Known() {
		return notBound, nil
	}
	items, _, err := t.polls.List(ctx, t.actor, poll.Query{VillageID: t.actor.VillageID, Limit: 30})
	if err != nil {
		return "", err
	}
	f := frame{Kind: askDeny}
	lines := []string{whichDenied}
	for _, item := range items {
		if item.VotedBy == model.ByPhone && item.Poll.State == model.PollOpen && len(f.Options) < 9 {
			f.Options = append(f.Options, option{ID: model.PublicID(item.Poll.VillageID, item.Poll.ID), Label: item.Poll.Title})
			lines = append(lines, fmt.Sprintf("回%d：《%s》", len(f.Options), item.Poll.Title))
		}
	}
	f.Prompt, f.Speaker = strings.Join(lines, "\n"), t.actor.Person()
	switch len(f.Options) {
	case 0:
		return nothingDenied, nil
	case 1:
		return t.denied(ctx, f, 1)
	}
	return t.ask(f, 0), nil
}

func (t *turn) denied(ctx context.Context, f frame, n int) (string, error) {
	if n < 1 || n > len(f.Options) {
		return f.Prompt, nil
	}
	t.drop(askDeny)
	ref, err := pollOf(f.Options[n-1].ID)
	if err != nil {
		return "", err
	}
	return t.then(fmt.Sprintf(deniedReply, f.Options[n-1].Label)), t.polls.Void(ctx, t.as(f.Speaker), ref, village.Named{}, deniedReason)
}

func pollOf(public string) (poll.Ref, error) {
	villageID, id, err := model.ParsePublicID(public)
	return poll.Ref{VillageID: villageID, ID: id}, err
}

func manner(p model.Poll) string {
	if p.Secret {
		return voteSecret
	}
	return voteOpen
}
