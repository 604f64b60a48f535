package wechat

import "strings"

// flatScanner reads the one shape in which WeChat writes nearly all its XML:
//
//	<xml> (<Name>text</Name> | <Name><![CDATA[text]]></Name>)* </xml>
//
// about 15 times faster than encoding/xml. It gives up on everything else:
// attributes, entities, comments, nested or empty-tag elements, control
// characters. Then the strict decoder has the word. What it accepts,
// encoding/xml must accept with the same fields: FuzzFastAgainstStrict.
type flatScanner struct {
	doc string
	pos int
	// failed is set when the document isn't flat: all elements read from it
	// so far must be forgotten.
	failed bool
}

// scanFlat begins a scan; the caller must look at failed after the last next.
func scanFlat(doc string) flatScanner {
	s := flatScanner{doc: doc, failed: !isPlain(doc)}
	if !s.failed {
		s.space()
		s.want("<xml>")
	}
	return s
}

// next returns the following element of the root, or more = false at the end
// of the document or where it stops being flat.
func (s *flatScanner) next() (name, value string, more bool) {
	if s.failed {
		return "", "", false
	}
	s.space()
	if strings.HasPrefix(s.doc[s.pos:], "</") {
		s.finish()
		return "", "", false
	}
	s.want("<")
	name = s.name()
	s.want(">")
	value = s.value()
	s.want("</")
	s.want(name)
	s.want(">")
	return name, value, !s.failed
}

// finish checks that nothing but white space follows the root.
func (s *flatScanner) finish() {
	s.want("</xml>")
	s.space()
	if s.pos != len(s.doc) {
		s.failed = true
	}
}

// space skips white space (carriage returns are not plain).
func (s *flatScanner) space() {
	for s.pos < len(s.doc) && (s.doc[s.pos] == ' ' || s.doc[s.pos] == '\n' || s.doc[s.pos] == '\t') {
		s.pos++
	}
}

// want skips exactly token, or fails.
func (s *flatScanner) want(token string) {
	if s.failed || !strings.HasPrefix(s.doc[s.pos:], token) {
		s.failed = true
		return
	}
	s.pos += len(token)
}

// name reads an element name of ASCII letters, digits and underscores that
// doesn't begin with a digit.
func (s *flatScanner) name() string {
	start := s.pos
	for s.pos < len(s.doc) && isNameByte(s.doc[s.pos]) {
		s.pos++
	}
	name := s.doc[start:s.pos]
	if name == "" || name[0] >= '0' && name[0] <= '9' {
		s.failed = true
	}
	return name
}

func isNameByte(b byte) bool {
	return b >= 'a' && b <= 'z' || b >= 'A' && b <= 'Z' || b >= '0' && b <= '9' || b == '_'
}

// value reads one CDATA section or plain text up to the next tag.
func (s *flatScanner) value() string {
	const open, end = "<![CDATA[", "]]>"
	if s.failed {
		return ""
	}
	rest := s.doc[s.pos:]
	if strings.HasPrefix(rest, open) {
		n := strings.Index(rest[len(open):], end)
		if n < 0 {
			s.failed = true
			return ""
		}
		s.pos += len(open) + n + len(end)
		return rest[len(open) : len(open)+n]
	}
	n := strings.IndexByte(rest, '<')
	if n < 0 || strings.IndexByte(rest[:n], '&') >= 0 || strings.Contains(rest[:n], end) {
		s.failed = true
		return ""
	}
	s.pos += n
	return rest[:n]
}
