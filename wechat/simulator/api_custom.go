package simulator

import (
	"strings"
	"unicode/utf8"
)

const longestText = 2048 // bytes

// customMessage is the body of cgi-bin/message/custom/send.
type customMessage struct {
	ToUser string `json:"touser"`
	Type   string `json:"msgtype"`
	Text   struct {
		Content string `json:"content"`
	} `json:"text"`
	Image struct {
		MediaID string `json:"media_id"`
	} `json:"image"`
	Voice struct {
		MediaID string `json:"media_id"`
	} `json:"voice"`
	Menu struct {
		Head string `json:"head_content"`
		List []struct {
			ID      any    `json:"id"` // a string by the documents, a number from some SDKs
			Content string `json:"content"`
		} `json:"list"`
		Tail string `json:"tail_content"`
	} `json:"msgmenu"`
	News struct {
		Articles []article `json:"articles"`
	} `json:"news"`
	Link article `json:"link"`
	Card struct {
		Title    string `json:"title"`
		AppID    string `json:"appid"`
		PagePath string `json:"pagepath"`
	} `json:"miniprogrampage"`
}

type article struct {
	Title       string `json:"title"`
	Description string `json:"description"`
	URL         string `json:"url"`
}

// sendCustom is cgi-bin/message/custom/send.
func (s *Simulator) sendCustom(req *request) (any, *apiError) {
	if !utf8.Valid(req.body) {
		return nil, failure(40033, "invalid charset")
	}
	var in customMessage
	if failed := req.read(&in); failed != nil {
		return nil, failed
	}
	a := req.account
	p, failed := s.recipient(req, in.ToUser)
	if failed != nil {
		return nil, failed
	}
	b, failed := s.customBubble(a, in)
	if failed != nil {
		return nil, failed
	}
	if a.Kind == KindOfficial && !a.follows(p.Key) {
		return nil, failure(43004, "require subscribe")
	}
	if failed := a.spend(p.Key, s.now()); failed != nil {
		return nil, failed
	}
	b.Channel = "custom"
	s.show(a, p, b)
	return ok(nil), nil
}

// customBubble is what the message looks like on a phone.
func (s *Simulator) customBubble(a *account, in customMessage) (Bubble, *apiError) {
	official := a.Kind == KindOfficial
	switch {
	case in.Type == "text":
		return textBubble(in.Text.Content)
	case in.Type == "image":
		return s.mediaBubble(a, KindPicture, "image", in.Image.MediaID)
	case in.Type == "voice" && official:
		return s.mediaBubble(a, KindVoice, "voice", in.Voice.MediaID)
	case in.Type == "msgmenu" && official:
		return menuBubble(in)
	case in.Type == "news" && official:
		if len(in.News.Articles) != 1 {
			return Bubble{}, failure(45008, "article size out of limit")
		}
		return newsBubble(in.News.Articles[0]), nil
	case in.Type == "link" && !official:
		return newsBubble(in.Link), nil
	case in.Type == "miniprogrampage":
		if in.Card.Title == "" || in.Card.PagePath == "" {
			return Bubble{}, failure(44004, "empty content")
		}
		return Bubble{Kind: KindCard, Title: in.Card.Title, Text: in.Card.Title, MiniApp: in.Card.AppID, MiniPath: in.Card.PagePath}, nil
	}
	return Bubble{}, failure(40008, "invalid message type")
}

// textBubble checks a text's length.
func textBubble(text string) (Bubble, *apiError) {
	switch {
	case strings.TrimSpace(text) == "":
		return Bubble{}, failure(44004, "empty content")
	case len(text) > longestText:
		return Bubble{}, failure(45002, "content size out of limit")
	}
	return Bubble{Kind: KindText, Text: text}, nil
}

// mediaBubble shows a file of the platform.
func (s *Simulator) mediaBubble(a *account, kind, fileKind, id string) (Bubble, *apiError) {
	m, failed := s.mediumOf(a, id)
	if failed != nil {
		return Bubble{}, failed
	}
	if m.kind != fileKind {
		return Bubble{}, failure(40007, "invalid media_id")
	}
	media := m.Media
	return Bubble{Kind: kind, Media: &media}, nil
}

// menuBubble shows tappable answers.
func menuBubble(in customMessage) (Bubble, *apiError) {
	b := Bubble{Kind: KindMenu, Title: in.Menu.Head, Tail: in.Menu.Tail}
	lines := []string{in.Menu.Head}
	for _, item := range in.Menu.List {
		id := scalar(item.ID)
		if id == "" || item.Content == "" {
			return Bubble{}, failure(44004, "empty content")
		}
		b.Choices = append(b.Choices, Choice{ID: id, Content: item.Content})
		lines = append(lines, item.Content)
	}
	if len(b.Choices) == 0 {
		return Bubble{}, failure(44004, "empty content")
	}
	if in.Menu.Tail != "" {
		lines = append(lines, in.Menu.Tail)
	}
	b.Text = strings.Join(lines, "\n")
	if len(b.Text) > longestText {
		return Bubble{}, failure(45002, "content size out of limit")
	}
	return b, nil
}

func newsBubble(in article) Bubble {
	return Bubble{Kind: KindNews, Title: in.Title, Text: in.Title + "\n" + in.Description, Tail: in.Description, URL: in.URL}
}
