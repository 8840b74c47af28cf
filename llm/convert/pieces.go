package convert

import (
	"math"
	"strings"

	"google.golang.org/protobuf/encoding/protowire"

	"pxos/llm/token"
)

// blank is what SentencePiece has for a space.
const blank = "\u2581"

// Numbers of the fields of SentencePiece's files.
// Source: sentencepiece_model.proto.
const (
	modelPieces     = 1
	modelTrainer    = 2
	modelNormalizer = 3

	pieceText  = 1
	pieceScore = 2
	pieceKind  = 3

	trainerKind     = 3
	trainerSuffixed = 24 // treat_whitespace_as_suffix

	normalizerMap    = 2 // precompiled_charsmap
	normalizerPrefix = 3 // add_dummy_prefix
	normalizerExtra  = 4 // remove_extra_whitespaces
	normalizerEscape = 5 // escape_whitespaces

	byPairs = 2 // the trainer's kind of BPE
)

// pieceModel is a file of SentencePiece. Its kinds of pieces have the numbers that GGUF has.
type pieceModel struct {
	texts  []string
	scores []float32
	kinds  []int32

	kind                                int // of the trainer
	suffixed, charsmap                  bool
	dummyPrefix, removeExtra, escapesIt bool
}

// eachField gives the fields of a message: a number, or bytes.
func eachField(data []byte, visit func(field protowire.Number, number uint64, text []byte) error) error {
	for len(data) > 0 {
		field, kind, n := protowire.ConsumeTag(data)
		if n < 0 {
			return protowire.ParseError(n)
		}
		data = data[n:]
		var number uint64
		var text []byte
		switch kind {
		case protowire.VarintType:
			number, n = protowire.ConsumeVarint(data)
		case protowire.Fixed32Type:
			var short uint32
			short, n = protowire.ConsumeFixed32(data)
			number = uint64(short)
		case protowire.BytesType:
			text, n = protowire.ConsumeBytes(data)
		default:
			n = protowire.ConsumeFieldValue(field, kind, data)
		}
		if n < 0 {
			return protowire.ParseError(n)
		}
		data = data[n:]
		if err := visit(field, number, text); err != nil {
			return err
		}
	}
	return nil
}

// parsePieces reads a file of SentencePiece.
func parsePieces(data []byte) (*pieceModel, error) {
	m := &pieceModel{kind: 1, dummyPrefix: true, removeExtra: true, escapesIt: true}
	err := eachField(data, func(field protowire.Number, _ uint64, text []byte) error {
		switch field {
		case modelPieces:
			return m.piece(text)
		case modelTrainer:
			return eachField(text, func(field protowire.Number, number uint64, _ []byte) error {
				switch field {
				case trainerKind:
					m.kind = int(min(number, math.MaxInt32))
				case trainerSuffixed:
					m.suffixed = number != 0
				}
				return nil
			})
		case modelNormalizer:
			return eachField(text, func(field protowire.Number, number uint64, text []byte) error {
				switch field {
				case normalizerMap:
					m.charsmap = len(text) > 0
				case normalizerPrefix:
					m.dummyPrefix = number != 0
				case normalizerExtra:
					m.removeExtra = number != 0
				case normalizerEscape:
					m.escapesIt = number != 0
				}
				return nil
			})
		}
		return nil
	})
	if err != nil {
		return nil, refuse("%s is no file of SentencePiece: %v; what to do: fetch it again", piecesFile, err)
	}
	return m, nil
}

// piece reads a piece, of the kind 1 if it names none.
func (m *pieceModel) piece(data []byte) error {
	name, score, kind := "", float32(0), int32(token.Normal)
	err := eachField(data, func(field protowire.Number, number uint64, text []byte) error {
		switch field {
		case pieceText:
			name = string(text)
		case pieceScore:
			score = math.Float32frombits(uint32(number))
		case pieceKind:
			kind = int32(min(number, math.MaxInt32))
		}
		return nil
	})
	m.texts, m.scores, m.kinds = append(m.texts, name), append(m.scores, score), append(m.kinds, kind)
	return err
}

// pieceVocabulary makes a vocabulary of a file of SentencePiece.
func pieceVocabulary(data []byte, size int) (*vocabulary, error) {
	m, err := parsePieces(data)
	if err != nil {
		return nil, err
	}
	switch {
	case len(m.texts) == 0:
		return nil, refuse("%s has no pieces", piecesFile)
	case m.kind != byPairs:
		return nil, refuse("%s is of the trainer's kind %d; BPE (%d) alone is computed", piecesFile, m.kind, byPairs)
	case m.charsmap || m.removeExtra || m.suffixed || !m.escapesIt:
		return nil, refuse("%s changes texts before it cuts them (precompiled_charsmap, remove_extra_whitespaces, treat_whitespace_as_suffix or escape_whitespaces), which is not done", piecesFile)
	}
	v := newVocabulary("llama", size)
	v.scores, v.addSpace, v.addBOS = make([]float32, size), m.dummyPrefix, true
	for i, text := range m.texts {
		kind := m.kinds[i]
		if kind < token.Normal || kind > token.Byte || text == "" || math.IsNaN(float64(m.scores[i])) || math.IsInf(float64(m.scores[i]), 0) {
			return nil, refuse("%s: piece %d, %q, is of the kind %d and has the score %g", piecesFile, i, text, kind, m.scores[i])
		}
		if kind == token.UserDefined && strings.Contains(text, blank) {
			kind = token.Normal // see addedPiece
		}
		if err := v.put(piecesFile, i, text, kind); err != nil {
			return nil, err
		}
		v.scores[i] = m.scores[i]
	}
	return v, nil
}
