package wechat

import (
	"encoding/xml"
	"errors"
	"io"
	"strings"
)

// parseXML reads a whole XML document with encoding/xml's strict decoder. The
// root must be <xml>, nothing may follow it, and a document type (the door to
// entities) is refused. On an error the tree holds the elements read so far.
func parseXML(doc string) (node, error) {
	p := xmlParser{decoder: xml.NewDecoder(strings.NewReader(doc))}
	for {
		token, err := p.decoder.Token()
		if errors.Is(err, io.EOF) {
			return p.finish()
		}
		if err == nil {
			err = p.take(token)
		}
		if err != nil {
			p.unwind()
			return p.root, err
		}
	}
}

// xmlParser builds the tree of one document.
type xmlParser struct {
	decoder *xml.Decoder
	grower  grower
	open    []growing // elements not yet closed, the root first
	root    node
	closed  bool // the root was closed
}

// growing is an element whose end tag hasn't come. Its text is a buffer,
// because comments may cut it into any number of pieces.
type growing struct {
	node
	text []byte
}

func (p *xmlParser) take(token xml.Token) error {
	switch t := token.(type) {
	case xml.StartElement:
		if p.closed || len(p.open) == 0 && t.Name.Local != "xml" {
			return errors.New("the root is not one <xml>")
		}
		p.open = append(p.open, growing{node: node{name: t.Name.Local}})
		return p.grower.grow(len(p.open))
	case xml.EndElement:
		p.close()
	case xml.CharData:
		if len(p.open) > 0 {
			last := &p.open[len(p.open)-1]
			last.text = append(last.text, t...)
		} else if strings.TrimSpace(string(t)) != "" {
			return errors.New("text outside the root")
		}
	case xml.Directive:
		return errors.New("a document type")
	}
	return nil
}

// close moves the innermost open element to its parent's children.
func (p *xmlParser) close() {
	last := len(p.open) - 1
	done := p.open[last].node
	done.text = cleanText(string(p.open[last].text))
	p.open = p.open[:last]
	if last == 0 {
		p.root, p.closed = done, true
		return
	}
	p.open[last-1].kids = append(p.open[last-1].kids, done)
}

// unwind keeps what an unfinished document has given so far, except the
// element that was just being read: half a value is worse than none.
func (p *xmlParser) unwind() {
	if len(p.open) > 1 {
		p.open = p.open[:len(p.open)-1]
	}
	for len(p.open) > 0 {
		p.close()
	}
}

func (p *xmlParser) finish() (node, error) {
	if !p.closed {
		p.unwind()
		return p.root, errors.New("no <xml> element")
	}
	return p.root, nil
}
