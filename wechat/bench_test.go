package wechat

import (
	"testing"
	"time"
)

// BenchmarkCallback is the whole codec in safe mode: verify, decrypt, decode,
// answer.
func BenchmarkCallback(b *testing.B) {
	codec := newTestCodec(b, time.Unix(1714112445, 0))
	query, body := pushed(codec, textXML, false)
	b.ReportAllocs()
	for b.Loop() {
		m, err := codec.Decode(query, body)
		if err != nil {
			b.Fatal(err)
		}
		if _, _, err := codec.EncodeReply(m, Reply{Text: "收到，您的来信编号是 #12"}); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkDecode(b *testing.B) {
	codec := newTestCodec(b, time.Unix(1714112445, 0))
	query, body := pushed(codec, textXML, false)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := codec.Decode(query, body); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkParseFast(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var m Message
		if !m.parseFlat(textXML) {
			b.Fatal("not flat")
		}
	}
}

func BenchmarkParseStrict(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		var m Message
		if err := m.parseTree(textXML, parseXML); err != nil {
			b.Fatal(err)
		}
	}
}
