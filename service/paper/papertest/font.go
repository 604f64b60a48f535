// Package papertest gives tests a font to draw with.
package papertest

import (
	"os"
	"testing"
)

// debian is where Debian's fonts-lxgw-wenkai puts its font.
const debian = "/usr/share/fonts/truetype/lxgw-wenkai/LXGWWenKai-Regular.ttf"

// Font is a font with Chinese characters, rare ones too, where this machine has
// one or CUNWU_TEST_FONT says; without it the test is left out.
func Font(t testing.TB) string {
	t.Helper()
	for _, path := range []string{os.Getenv("CUNWU_TEST_FONT"), debian} {
		if _, err := os.Stat(path); path != "" && err == nil {
			return path
		}
	}
	t.Skip("fonts-lxgw-wenkai isn't installed")
	return ""
}
