package simulator

import (
	"bytes"
	"encoding/json"
	"strings"
)

// node is an element of a callback's body. The same tree is written as XML or as JSON, by the account's
// setting.
type node struct {
	name string
	text string
	raw  bool // a number: no CDATA in XML, no quotes in JSON
	many bool // a list in JSON even when it stands alone
	flat bool // a wrapper that JSON doesn't have
	kids []node
}

// list is the XML wrapper of events with <List>; in JSON the lists stand at the top.
func list(wrapper string, lists ...node) node {
	return node{name: wrapper, flat: true, kids: lists}
}

// writeXML is the tree as the platform's XML.
func writeXML(nodes []node) []byte {
	var b bytes.Buffer
	b.WriteString("<xml>")
	for _, n := range nodes {
		n.writeXML(&b)
	}
	b.WriteString("</xml>")
	return b.Bytes()
}

func (n node) writeXML(b *bytes.Buffer) {
	b.WriteString("<" + n.name + ">")
	switch {
	case len(n.kids) > 0:
		for _, kid := range n.kids {
			kid.writeXML(b)
		}
	case n.raw:
		b.WriteString(n.text)
	default:
		b.WriteString("<![CDATA[" + strings.ReplaceAll(xmlText(n.text), "]]>", "]]]]><![CDATA[>") + "]]>")
	}
	b.WriteString("</" + n.name + ">")
}

// xmlText drops what XML can't hold.
func xmlText(text string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 && r != '\t' && r != '\n' && r != '\r' || r == 0xfffe || r == 0xffff {
			return -1
		}
		return r
	}, strings.ToValidUTF8(text, "\uFFFD"))
}

// writeJSON is the tree as the platform's JSON. Elements of one name become a list, one alone doesn't.
func writeJSON(nodes []node) []byte {
	var b bytes.Buffer
	writeObject(&b, nodes)
	return b.Bytes()
}

func writeObject(b *bytes.Buffer, nodes []node) {
	var flat []node
	for _, n := range nodes {
		if n.flat {
			flat = append(flat, n.kids...)
		} else {
			flat = append(flat, n)
		}
	}
	b.WriteByte('{')
	written := map[string]bool{}
	for _, n := range flat {
		if written[n.name] {
			continue
		}
		if len(written) > 0 {
			b.WriteByte(',')
		}
		written[n.name] = true
		writeString(b, n.name)
		b.WriteByte(':')
		writeValues(b, named(flat, n.name))
	}
	b.WriteByte('}')
}

func named(nodes []node, name string) []node {
	var out []node
	for _, n := range nodes {
		if n.name == name {
			out = append(out, n)
		}
	}
	return out
}

func writeValues(b *bytes.Buffer, nodes []node) {
	if len(nodes) == 1 && !nodes[0].many {
		nodes[0].writeJSON(b)
		return
	}
	b.WriteByte('[')
	for i, n := range nodes {
		if i > 0 {
			b.WriteByte(',')
		}
		n.writeJSON(b)
	}
	b.WriteByte(']')
}

func (n node) writeJSON(b *bytes.Buffer) {
	switch {
	case len(n.kids) > 0:
		writeObject(b, n.kids)
	case n.raw:
		b.WriteString(n.text)
	default:
		writeString(b, n.text)
	}
}

func writeString(b *bytes.Buffer, text string) {
	encoder := json.NewEncoder(b)
	encoder.SetEscapeHTML(false)
	_ = encoder.Encode(text)
	b.Truncate(b.Len() - 1) // Encode's line feed
}
