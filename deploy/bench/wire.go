package main

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http/httputil"
	"strconv"
	"time"
)

// wire is a keep-alive connection by hand: net/http's client costs more than the servers that it
// would measure.
type wire struct {
	conn   net.Conn
	reader *bufio.Reader
	body   []byte
}

const answerMost = 10 * time.Second

func dial(ctx context.Context, address string) (*wire, error) {
	conn, err := (&net.Dialer{Timeout: answerMost}).DialContext(ctx, "tcp", address)
	if err != nil {
		return nil, err
	}
	return &wire{conn: conn, reader: bufio.NewReaderSize(conn, 8<<10)}, nil
}

// exchange sends a whole request and reads the answer; its body is good until the next one.
func (w *wire) exchange(request []byte) (answer, error) {
	if err := w.conn.SetDeadline(time.Now().Add(answerMost)); err != nil {
		return answer{}, err
	}
	if _, err := w.conn.Write(request); err != nil {
		return answer{}, err
	}
	status, length, err := w.head()
	if err != nil {
		return answer{}, err
	}
	if length == inChunks {
		w.body, err = w.chunks()
		return answer{status: status, body: w.body}, err
	}
	if cap(w.body) < length {
		w.body = make([]byte, length)
	}
	w.body = w.body[:length]
	_, err = io.ReadFull(w.reader, w.body)
	return answer{status: status, body: w.body}, err
}

// inChunks is the length of an answer that doesn't say it before.
const inChunks = -2

// chunks reads such a body to its end.
func (w *wire) chunks() ([]byte, error) {
	body, err := io.ReadAll(httputil.NewChunkedReader(w.reader))
	if err == nil {
		_, err = w.reader.ReadSlice('\n') // after the last one
	}
	return body, err
}

// head reads the status line and the headers.
func (w *wire) head() (status, length int, err error) {
	length = -1
	for first := true; ; first = false {
		text, err := w.reader.ReadSlice('\n')
		if err != nil {
			return 0, 0, err
		}
		text = bytes.TrimRight(text, "\r\n")
		switch {
		case first:
			if len(text) < 12 {
				return 0, 0, fmt.Errorf("the status line %q", text)
			}
			if status, err = strconv.Atoi(string(text[9:12])); err != nil {
				return 0, 0, err
			}
		case len(text) == 0:
			if length == -1 {
				return 0, 0, errors.New("an answer without Content-Length")
			}
			return status, length, nil
		case bytes.EqualFold(text, []byte("Transfer-Encoding: chunked")):
			length = inChunks
		case bytes.HasPrefix(text, []byte("Content-Length: ")):
			if length, err = strconv.Atoi(string(text[16:])); err != nil {
				return 0, 0, err
			}
		}
	}
}

func (w *wire) close() { _ = w.conn.Close() }
