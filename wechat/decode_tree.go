package wechat

import (
	"errors"
)

const (
	// maxDepth and maxNodes bound what a document may cost before and after
	// its sender is known. WeChat's deepest event nests four levels.
	maxDepth = 16
	maxNodes = 4096
)

// node is one element of a pushed document, whether XML or JSON: either text
// or children. A JSON array is as many children of the same name.
type node struct {
	name string
	text string
	kids []node
}

// grower counts the nodes of one document while it is parsed.
type grower struct{ nodes int }

// grow admits one more node at depth, or says why not.
func (g *grower) grow(depth int) error {
	g.nodes++
	if depth > maxDepth || g.nodes > maxNodes {
		return errors.New("the document is nested too deep or has too many elements")
	}
	return nil
}

// child returns the text of the last child of that name (WeChat writes one),
// or "".
func (n *node) child(name string) string {
	text := ""
	for i := range n.kids {
		if n.kids[i].name == name {
			text = n.kids[i].text
		}
	}
	return text
}

// fill stores a document's elements in the message.
func (m *Message) fill(root node) {
	for _, kid := range root.kids {
		if len(kid.kids) == 0 {
			m.set(kid.name, kid.text)
			continue
		}
		switch kid.name {
		case "List":
			m.grant(kid)
		case "SubscribeMsgPopupEvent", "SubscribeMsgChangeEvent", "SubscribeMsgSentEvent":
			for _, entry := range kid.kids {
				m.grant(entry)
			}
		case "result":
			m.media().Suggest = Suggest(kid.child("suggest"))
			m.media().Label = kid.child("label")
		case "SendLocationInfo":
			m.fill(kid)
		}
	}
}

// grant stores one <List> of a subscription event.
func (m *Message) grant(list node) {
	grant := Grant{
		TemplateID:  list.child("TemplateId"),
		Status:      list.child("SubscribeStatusString"),
		MsgID:       list.child("MsgID"),
		ErrorCode:   list.child("ErrorCode"),
		ErrorStatus: list.child("ErrorStatus"),
	}
	if grant.TemplateID != "" {
		m.Grants = append(m.Grants, grant)
	}
}

// parse reads the decrypted text of an authentic message into m. It is lenient
// once: a text that only control characters make unreadable is read without
// them, for a villager's odd keyboard must not lose the message. On an error m
// holds what could be read.
func (m *Message) parse(doc string) error {
	if isJSON(doc) {
		return m.parseTree(doc, parseJSON)
	}
	if m.parseFlat(doc) {
		return m.complete()
	}
	return m.parseTree(doc, parseXML)
}

// parseFlat fills m by the fast scan, or leaves it as it was.
func (m *Message) parseFlat(doc string) bool {
	draft := *m
	scan := scanFlat(doc)
	for {
		name, value, more := scan.next()
		if !more {
			break
		}
		draft.set(name, value)
	}
	if scan.failed {
		return false
	}
	*m = draft
	return true
}

// parseTree fills m by a strict decoder.
func (m *Message) parseTree(doc string, parser func(string) (node, error)) error {
	root, err := parser(doc)
	if clean := cleanText(doc); err != nil && clean != doc {
		if again, errAgain := parser(clean); errAgain == nil {
			root, err = again, nil
		}
	}
	m.fill(root)
	if err != nil {
		return err
	}
	return m.complete()
}

// complete says which of the elements that every push has is missing.
func (m *Message) complete() error {
	if m.Event != EventMediaCheck {
		m.Media = nil // errcode stands in other events, too
	}
	switch {
	case m.OpenID == "":
		return errors.New("no FromUserName")
	case m.Type == "":
		return errors.New("no MsgType")
	case m.SentAt.IsZero():
		return errors.New("no CreateTime in seconds")
	case m.Type == TypeEvent && m.Event == "":
		return errors.New("an event without Event")
	}
	return nil
}

// isJSON sniffs the form of a document by its first byte: Content-Type is not
// to be trusted.
func isJSON(doc string) bool {
	for i := 0; i < len(doc); i++ {
		switch doc[i] {
		case ' ', '\t', '\r', '\n':
		default:
			return doc[i] == '{'
		}
	}
	return false
}
