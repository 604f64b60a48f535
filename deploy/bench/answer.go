package main

import (
	"bytes"
	"encoding/xml"
	"fmt"
	"net/http"
)

// answer is what a server said.
type answer struct {
	status int
	body   []byte
}

// read opens a sealed answer and returns the text that the villager sees.
func (p *platform) read(a answer) (string, error) {
	if a.status != http.StatusOK {
		return "", fmt.Errorf("status %d: %.200s", a.status, a.body)
	}
	var sealed struct{ Encrypt string }
	if err := xml.Unmarshal(a.body, &sealed); err != nil {
		return "", fmt.Errorf("the answer %.80q: %w", a.body, err)
	}
	plain, err := p.crypter.Open(sealed.Encrypt)
	if err != nil {
		return "", err
	}
	var message struct{ Content string }
	return message.Content, xml.Unmarshal(plain, &message)
}

// sealed says at a glance whether this may be a sealed answer.
func sealed(a answer) error {
	if a.status != http.StatusOK || !bytes.Contains(a.body, []byte("Encrypt>")) {
		return fmt.Errorf("answered %d %.200q", a.status, a.body)
	}
	return nil
}
