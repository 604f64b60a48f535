package handler

import "github.com/gin-gonic/gin"

// guarded tells browsers what they must not do with any answer. What other sites'
// scripts ask for they don't get: no answer allows it (CORS).
func guarded(https bool) gin.HandlerFunc {
	return func(c *gin.Context) {
		h := c.Writer.Header()
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Content-Security-Policy", "frame-ancestors 'none'")
		h.Set("Referrer-Policy", "no-referrer")
		if https {
			h.Set("Strict-Transport-Security", "max-age=31536000")
		}
		c.Next()
	}
}
