package handler

import (
	"context"
	"net/http"
	"time"

	"github.com/gin-gonic/gin"
)

const checkPatience = time.Second

// Check is one thing that /readyz looks at. Only a Needed one that fails makes
// the server not ready: while the database is away, deliveries are kept on disk.
type Check struct {
	Name   string
	Needed bool
	Look   func(ctx context.Context) error
}

func healthy(c *gin.Context) { c.String(http.StatusOK, "ok") }

// ready says what is there and what is away.
func ready(checks []Check) gin.HandlerFunc {
	return func(c *gin.Context) {
		ctx, cancel := context.WithTimeout(c.Request.Context(), checkPatience)
		defer cancel()
		status, found := http.StatusOK, gin.H{}
		for _, check := range checks {
			found[check.Name] = "ok"
			if err := check.Look(ctx); err != nil {
				found[check.Name] = "away"
				if check.Needed {
					status = http.StatusServiceUnavailable
				}
			}
		}
		c.JSON(status, found)
	}
}
