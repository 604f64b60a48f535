package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
)

// metric reads one figure of the server's /metrics; a figure that isn't there is 0.
func (p *process) metric(ctx context.Context, name string) (float64, error) {
	ctx, cancel := context.WithTimeout(ctx, answerMost)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodGet, "http://"+p.address+"/metrics", nil)
	if err != nil {
		return 0, err
	}
	answer, err := http.DefaultClient.Do(request)
	if err != nil {
		return 0, err
	}
	defer func() { _ = answer.Body.Close() }()
	if answer.StatusCode != http.StatusOK {
		return 0, fmt.Errorf("/metrics: %s", answer.Status)
	}
	page := bufio.NewScanner(answer.Body)
	for page.Scan() {
		if rest, ok := strings.CutPrefix(page.Text(), name+" "); ok {
			return strconv.ParseFloat(rest, 64)
		}
	}
	return 0, page.Err()
}

// until asks again and again whether done, for so long at most.
func until(ctx context.Context, most time.Duration, done func() (bool, error)) error {
	end := time.Now().Add(most)
	for {
		if ok, err := done(); ok || err != nil {
			return err
		}
		if time.Now().After(end) {
			return errors.New("waited too long")
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(100 * time.Millisecond):
		}
	}
}
