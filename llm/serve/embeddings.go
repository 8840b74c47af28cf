package serve

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"net/http"
)

// embeddingRequest is that of /v1/embeddings: texts, or texts as tokens.
type embeddingRequest struct {
	Input      json.RawMessage `json:"input"`
	Format     string          `json:"encoding_format"`
	Dimensions *int            `json:"dimensions"`
}

// maxInputs bounds the texts of a request, as OpenAI does.
const maxInputs = 2048

// texts are the tokens of each of a request's texts.
func (q *embeddingRequest) texts(x *Server) (out [][]int, err error) {
	if q.Format != "" && q.Format != "float" && q.Format != "base64" {
		return nil, fmt.Errorf("encoding_format is %q, it must be float or base64", q.Format)
	}
	if q.Dimensions != nil {
		return nil, errors.New("dimensions are not there: vectors have the model's width")
	}
	var texts oneOrMore
	var one []int
	switch {
	case json.Unmarshal(q.Input, &texts) == nil:
		for _, t := range texts {
			out = append(out, x.Vocabulary.Encode(t, false))
		}
	case json.Unmarshal(q.Input, &one) == nil:
		out = [][]int{one}
	case json.Unmarshal(q.Input, &out) != nil:
		return nil, errors.New("input is a text, a list of texts, or tokens")
	}
	if len(out) == 0 || len(out) > maxInputs {
		return nil, fmt.Errorf("there are %d texts, it must be from 1 to %d", len(out), maxInputs)
	}
	for i, ids := range out {
		if len(ids) == 0 {
			return nil, fmt.Errorf("text %d is empty", i)
		}
		for _, id := range ids {
			if id < 0 || id >= len(x.Vocabulary.Tokens) {
				return nil, fmt.Errorf("text %d has the token %d of a vocabulary of %d", i, id, len(x.Vocabulary.Tokens))
			}
		}
	}
	return out, nil
}

// embedding is one vector.
type embedding struct {
	Object string `json:"object"`
	Index  int    `json:"index"`
	Vector any    `json:"embedding"`
}

// embeddings gives each text the mean of what the model's head sees of its tokens, of length
// one.
func (x *Server) embeddings(w http.ResponseWriter, r *http.Request) {
	var q embeddingRequest
	if !x.read(w, r, &q) {
		return
	}
	texts, err := q.texts(x)
	if err != nil {
		fail(w, http.StatusBadRequest, "invalid_request_error", err.Error())
		return
	}
	data, tokens := []embedding{}, 0
	for i, ids := range texts {
		events, err := x.Scheduler.Submit(r.Context(), Request{Tokens: ids, Embed: true, Logprobs: -1})
		if err != nil {
			refuse(w, err)
			return
		}
		var last Event
		for last = range events {
		}
		if last.Err != nil {
			fail(w, statusOf(last.Err), "server_error", last.Err.Error())
			return
		}
		data, tokens = append(data, embedding{"embedding", i, written(last.Vector, q.Format)}), tokens+len(ids)
	}
	answer(w, map[string]any{"object": "list", "model": x.Name, "data": data, "usage": map[string]int{"prompt_tokens": tokens, "total_tokens": tokens}})
}

// written is a vector as numbers, or as the base64 of little-endian floats of 32 bits.
func written(v []float32, format string) any {
	if format != "base64" {
		return v
	}
	raw := make([]byte, 0, 4*len(v))
	for _, x := range v {
		raw = binary.LittleEndian.AppendUint32(raw, math.Float32bits(x))
	}
	return base64.StdEncoding.EncodeToString(raw)
}
