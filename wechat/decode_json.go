package wechat

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"
)

// parseJSON reads a whole JSON object into the same tree as XML. Numbers stay
// text: a MsgId has 64 bits, and WeChat writes the same field once as a number
// and once as a string. On an error the tree holds the elements read so far.
func parseJSON(doc string) (node, error) {
	p := jsonParser{decoder: json.NewDecoder(strings.NewReader(doc))}
	p.decoder.UseNumber()
	var root node
	err := p.value(&root, "xml", 0)
	if err == nil && len(root.kids) == 0 {
		return node{}, errors.New("not a JSON object")
	}
	var object node
	if len(root.kids) > 0 {
		object = root.kids[0]
	}
	if err == nil {
		if _, end := p.decoder.Token(); !errors.Is(end, io.EOF) {
			err = errors.New("something follows the JSON object")
		}
	}
	return object, err
}

// jsonParser builds the tree of one document.
type jsonParser struct {
	decoder *json.Decoder
	grower  grower
}

// value appends the next value to parent under that name. An array appends
// each of its values under the name.
func (p *jsonParser) value(parent *node, name string, depth int) error {
	token, err := p.decoder.Token()
	if err != nil {
		return err
	}
	if err := p.grower.grow(depth); err != nil {
		return err
	}
	switch t := token.(type) {
	case json.Delim:
		if t == '[' {
			return p.array(parent, name, depth)
		}
		return p.object(parent, name, depth)
	case string:
		parent.kids = append(parent.kids, node{name: name, text: cleanText(t)})
	case nil:
		parent.kids = append(parent.kids, node{name: name})
	default:
		parent.kids = append(parent.kids, node{name: name, text: fmt.Sprint(t)})
	}
	return nil
}

// object appends an object to parent, also when it breaks off.
func (p *jsonParser) object(parent *node, name string, depth int) error {
	object := node{name: name}
	err := p.members(&object, depth)
	parent.kids = append(parent.kids, object)
	return err
}

func (p *jsonParser) members(object *node, depth int) error {
	for p.decoder.More() {
		token, err := p.decoder.Token()
		if err != nil {
			return err
		}
		key, _ := token.(string)
		if err := p.value(object, key, depth+1); err != nil {
			return err
		}
	}
	_, err := p.decoder.Token()
	return err
}

func (p *jsonParser) array(parent *node, name string, depth int) error {
	for p.decoder.More() {
		if err := p.value(parent, name, depth+1); err != nil {
			return err
		}
	}
	_, err := p.decoder.Token()
	return err
}
