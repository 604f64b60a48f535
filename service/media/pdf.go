package media

import (
	"bytes"
	"regexp"
)

const pdfTail = 2048 // the end of a PDF stands in its last bytes (ISO 32000-1, 7.5.5)

var (
	pdfObject = regexp.MustCompile(`\b\d+\s+\d+\s+obj\b`)
	pdfLocked = regexp.MustCompile(`/Encrypt\s*(\d+\s+\d+\s+R|<<)`)
)

// checkPDF says whether a file that begins like a PDF is a whole one that people
// can open.
func checkPDF(body []byte) error {
	tail := body[max(0, len(body)-pdfTail):]
	start := bytes.LastIndex(tail, []byte("startxref"))
	if start < 0 || !bytes.Contains(tail[start:], []byte("%%EOF")) || !pdfObject.Match(body) {
		return errDamaged
	}
	if pdfLocked.Match(body) {
		return errLocked
	}
	return nil
}
