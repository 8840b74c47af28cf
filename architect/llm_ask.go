package architect

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"github.com/openai/openai-go/v3"
	"github.com/openai/openai-go/v3/option"
)

// rawFactor is how many bytes on the wire one byte of text may cost: a server
// wraps each token into an event of its own. rawRoom is for headers and the end.
const (
	rawFactor = 512
	rawRoom   = 64 << 10
	rawMost   = 64 << 20
)

// serverError says that the server cannot be used at all.
type serverError struct{ err error }

// Error is what the server or the network said.
func (e *serverError) Error() string {
	return "the model's server cannot be used: " + e.err.Error()
}

// Unwrap is the cause.
func (e *serverError) Unwrap() error { return e.err }

// errTooLong is how a body that never ends is cut off.
var errTooLong = errors.New("more bytes than a reply may have")

// ask sends the conversation and reads the reply as it comes, up to the limits
// of bytes and time.
func (m *ModelConfig) ask(ctx context.Context, messages []openai.ChatCompletionMessageParamUnion) (string, error) {
	limited, cancel := context.WithTimeout(ctx, m.ReplyLimit)
	defer cancel()
	raw := min(m.ReplyBytes*rawFactor+rawRoom, rawMost)
	// The service is made directly: a client would read keys of other servers
	// from the environment and send them to this one.
	key := m.Key
	if key == "" {
		key = "none"
	}
	chat := openai.NewChatCompletionService(option.WithBaseURL(strings.TrimRight(m.URL, "/")+"/"), option.WithAPIKey(key),
		option.WithMaxRetries(0), option.WithHTTPClient(&http.Client{Transport: &cappedTransport{int64(raw)}}))
	stream := chat.NewStreaming(limited, openai.ChatCompletionNewParams{
		Model: m.Model, Messages: messages, MaxTokens: openai.Int(int64(m.ReplyTokens)), Temperature: openai.Float(0),
	})
	defer stream.Close()
	var text strings.Builder
	for stream.Next() {
		for _, c := range stream.Current().Choices {
			text.WriteString(c.Delta.Content)
		}
		if text.Len() > m.ReplyBytes {
			return text.String()[:m.ReplyBytes], fmt.Errorf("the reply does not end: it was cut off after %d bytes", m.ReplyBytes)
		}
	}
	err := stream.Err()
	switch {
	case limited.Err() != nil && ctx.Err() == nil:
		return text.String(), fmt.Errorf("the reply does not end: it was cut off after %v and %d bytes", m.ReplyLimit, text.Len())
	case errors.Is(err, errTooLong):
		return text.String(), fmt.Errorf("the reply does not end: it was cut off after %d bytes on the wire", raw)
	case err != nil:
		return text.String(), &serverError{errors.New(clip(oneLine(serverSaid(err)), 500))}
	case text.Len() == 0:
		return "", errors.New("the reply is empty: the server must speak the streaming chat API")
	}
	return text.String(), nil
}

// serverSaid is the server's own message where it sent one.
func serverSaid(err error) string {
	var refused *openai.Error
	if errors.As(err, &refused) && refused.Message != "" {
		return fmt.Sprintf("status %d: %s", refused.StatusCode, refused.Message)
	}
	return err.Error()
}

// cappedTransport cuts every body off after a number of bytes.
type cappedTransport struct{ limit int64 }

// RoundTrip sends a request by the default transport.
func (t *cappedTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	response, err := http.DefaultTransport.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	response.Body = &cappedBody{response.Body, t.limit}
	return response, nil
}

type cappedBody struct {
	io.ReadCloser
	left int64
}

// Read gives errTooLong where the limit is reached.
func (b *cappedBody) Read(p []byte) (int, error) {
	if b.left <= 0 {
		return 0, errTooLong
	}
	n, err := b.ReadCloser.Read(p[:min(int64(len(p)), b.left)])
	b.left -= int64(n)
	return n, err
}
