package convert

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"pxos/llm/gguf"
	"pxos/llm/token"
)

// Scores of tokens that SentencePiece did not give one.
const (
	addedScore  = -1000
	paddedScore = -10000
)

// vocabulary is what the file will say of tokens.
type vocabulary struct {
	model, pre string
	tokens     []string // "" for an id that none has
	kinds      []int32  // 0 for an id that none has
	scores     []float32
	merges     []string
	addBOS     bool
	addEOS     bool
	addSpace   bool
	ids        map[string]int
	// beyond are added tokens that have no row in the embedding, so that no text of the
	// model can have them.
	beyond []string
}

// newVocabulary makes room for as many tokens as the embedding has rows.
func newVocabulary(model string, size int) *vocabulary {
	return &vocabulary{model: model, tokens: make([]string, size), kinds: make([]int32, size), ids: map[string]int{}}
}

// put places a token.
func (v *vocabulary) put(where string, id int, text string, kind int32) error {
	if id < 0 || id >= len(v.tokens) {
		return refuse("%s: the token %q has the number %d, the embedding has %d rows", where, text, id, len(v.tokens))
	}
	if v.kinds[id] != 0 && v.tokens[id] != text {
		return refuse("%s: the tokens %q and %q both have the number %d", where, v.tokens[id], text, id)
	}
	v.tokens[id], v.kinds[id] = text, kind
	if _, twice := v.ids[text]; !twice {
		v.ids[text] = id
	}
	return nil
}

// added is a token that was added to a vocabulary.
type added struct {
	ID      int    `json:"id"`
	Text    string `json:"content"`
	Special bool   `json:"special"`
}

// kind is an added token's. Some that have the look of control tokens are not marked.
func (a *added) kind() int32 {
	for _, marks := range [][2]string{{"<|", "|>"}, {"<\uff5c", "\uff5c>"}, {"<unused", ">"}} {
		if strings.HasPrefix(a.Text, marks[0]) && strings.HasSuffix(a.Text, marks[1]) {
			return token.Control
		}
	}
	if a.Special || a.Text == "<pad>" || a.Text == "<mask>" {
		return token.Control
	}
	return token.UserDefined
}

// tokenizerSettings are tokenizer_config.json.
type tokenizerSettings struct {
	*settings
	added []added
}

// readTokenizerSettings reads tokenizer_config.json and the tokens that it and
// added_tokens.json add, by their numbers.
func readTokenizerSettings(d *folder) (*tokenizerSettings, error) {
	s, err := readSettings(d, settingsFile)
	if err != nil {
		return nil, err
	}
	t := &tokenizerSettings{settings: s}
	seen := map[int]bool{}
	if list := s.in("added_tokens_decoder"); list != nil {
		for key := range maps.Keys(list.values) {
			id, err := strconv.Atoi(key)
			one := list.in(key)
			if err != nil || one == nil {
				return nil, refuse("%s: added_tokens_decoder has %q, which is no token", settingsFile, key)
			}
			t.added, seen[id] = append(t.added, added{id, one.text("content", ""), one.bool("special", false)}), true
		}
	}
	var more map[string]int
	if _, err := d.json(addedFile, maxSettings, &more); err != nil {
		return nil, err
	}
	for text, id := range more {
		if !seen[id] {
			t.added = append(t.added, added{ID: id, Text: text})
		}
	}
	slices.SortFunc(t.added, func(a, b added) int { return a.ID - b.ID })
	return t, *s.err
}

// token is the text of a special token, which is a text or an object that has it.
func (t *tokenizerSettings) token(key string) string {
	if _, ok := t.values[key].(map[string]any); ok {
		return t.in(key).text("content", "")
	}
	return t.text(key, "")
}

// template is the one for chats: a text, or that of several which is called default.
func (t *tokenizerSettings) template() string {
	list, ok := t.values["chat_template"].([]any)
	if !ok {
		return t.text("chat_template", "")
	}
	for _, x := range list {
		one, _ := x.(map[string]any)
		if name, _ := one["name"].(string); name == "default" {
			text, _ := one["template"].(string)
			return text
		}
	}
	return ""
}

// readVocabulary reads a folder's tokens and gives the metadata that say of them; size is how
// many rows the embedding has.
func readVocabulary(d *folder, size int, s *settings) (v *vocabulary, pairs []gguf.Pair, err error) {
	t, err := readTokenizerSettings(d)
	if err != nil {
		return nil, nil, err
	}
	file, err := readTokenizerFile(d)
	if err != nil {
		return nil, nil, err
	}
	pieces, err := d.read(piecesFile, maxTokenizer)
	if err != nil {
		return nil, nil, err
	}
	switch {
	case file != nil && file.byteLevel():
		v, err = file.vocabulary(size)
	case pieces != nil:
		v, err = pieceVocabulary(pieces, size)
	case file != nil:
		v, err = file.mergedVocabulary(size)
	default:
		err = refuse("there is neither %s nor %s; what to do: fetch the folder whole", tokenizerFile, piecesFile)
	}
	if err == nil {
		err = v.add(file, t)
	}
	if err != nil {
		return nil, nil, err
	}
	v.pad()
	pairs, err = v.pairs(d, file, t, s)
	return v, pairs, err
}

// add adds tokens; those of tokenizer.json count where both files have one.
func (v *vocabulary) add(file *tokenizerJSON, t *tokenizerSettings) error {
	seen := map[int]bool{}
	if file != nil {
		for i := range file.Added {
			if err := v.addOne(tokenizerFile, &file.Added[i]); err != nil {
				return err
			}
			seen[file.Added[i].ID] = true
		}
	}
	for i := range t.added {
		if seen[t.added[i].ID] {
			continue
		}
		if err := v.addOne(settingsFile, &t.added[i]); err != nil {
			return err
		}
	}
	return nil
}

func (v *vocabulary) addOne(where string, a *added) error {
	if a.Text == "" {
		return refuse("%s: the added token %d has no text", where, a.ID)
	}
	if a.ID >= len(v.tokens) {
		v.beyond = append(v.beyond, a.Text)
		return nil
	}
	kind, text := a.kind(), a.Text
	if v.scores != nil && a.ID >= 0 {
		if v.kinds[a.ID] != 0 {
			kind = addedPiece(v.kinds[a.ID], kind, text)
		} else {
			v.scores[a.ID] = addedScore
			text = strings.ReplaceAll(text, blank, " ") // it is found in texts as they are
		}
	}
	return v.put(where, a.ID, text, kind)
}

// addedPiece is the kind of a token that SentencePiece has too, under its own kind. Runs of
// spaces stay normal: they are written with the mark for a space, and join like any piece.
func addedPiece(own, kind int32, text string) int32 {
	if own == token.Unknown || own == token.Byte || kind == token.UserDefined && strings.Contains(text, blank) {
		return own
	}
	return kind
}

// pad gives every row of the embedding that is no token one that is not used.
func (v *vocabulary) pad() {
	for i, kind := range v.kinds {
		if kind == 0 {
			v.tokens[i], v.kinds[i] = fmt.Sprintf("[PAD%d]", i), token.Unused
			if v.scores != nil {
				v.scores[i] = paddedScore
			}
		}
	}
}

// pairs are the metadata.
func (v *vocabulary) pairs(d *folder, file *tokenizerJSON, t *tokenizerSettings, s *settings) ([]gguf.Pair, error) {
	const prefix = "tokenizer.ggml."
	out := []gguf.Pair{{Key: prefix + "model", Value: v.model}}
	if v.pre != "" {
		out = append(out, gguf.Pair{Key: prefix + "pre", Value: v.pre})
	}
	out = append(out, gguf.Pair{Key: prefix + "tokens", Value: v.tokens}, gguf.Pair{Key: prefix + "token_type", Value: v.kinds})
	if v.scores != nil {
		out = append(out, gguf.Pair{Key: prefix + "scores", Value: v.scores}, gguf.Pair{Key: prefix + "add_space_prefix", Value: v.addSpace})
	} else {
		out = append(out, gguf.Pair{Key: prefix + "merges", Value: v.merges})
	}
	special, err := v.special(d, t, s)
	if err != nil {
		return nil, err
	}
	for _, key := range []string{"bos", "eos", "unknown", "padding", "eot", "eom"} {
		if id, ok := special[key]; ok {
			out = append(out, gguf.Pair{Key: prefix + key + "_token_id", Value: uint32(id)})
		}
	}
	if file != nil {
		if v.addBOS, v.addEOS, err = file.around(v, special); err != nil {
			return nil, err
		}
	}
	for key, flag := range map[string]*bool{"bos": &v.addBOS, "eos": &v.addEOS} {
		*flag = t.bool("add_"+key+"_token", *flag)
		if _, ok := special[key]; *flag && !ok {
			return nil, refuse("texts have the %s token around them, which is not named; what to do: set %s_token in %s", key, key, settingsFile)
		}
	}
	out = append(out, gguf.Pair{Key: prefix + "add_bos_token", Value: v.addBOS}, gguf.Pair{Key: prefix + "add_eos_token", Value: v.addEOS})
	template, err := d.read(templateFile, maxSettings)
	if err != nil {
		return nil, err
	}
	text := string(template)
	if template == nil {
		text = t.template()
	}
	if text != "" {
		out = append(out, gguf.Pair{Key: "tokenizer.chat_template", Value: text})
	}
	return out, *t.err
}

// special finds the tokens that begin and end texts: what tokenizer_config.json names, else
// the numbers of config.json, else those of generation_config.json. Others that end answers
// there are the ends of turns.
func (v *vocabulary) special(d *folder, t *tokenizerSettings, s *settings) (map[string]int, error) {
	g, err := readSettings(d, generationFile)
	if err != nil {
		return nil, err
	}
	out := map[string]int{}
	for key, name := range map[string]string{"bos": "bos", "eos": "eos", "unknown": "unk", "padding": "pad"} {
		text := t.token(name + "_token")
		id, ok := v.ids[text]
		if text != "" && !ok {
			return nil, refuse("%s: the %s_token %q is no token", settingsFile, name, text)
		}
		if text != "" {
			out[key] = id
		}
	}
	for _, from := range []*settings{s, g} {
		for _, key := range []string{"bos", "eos"} {
			ids := from.ids(key + "_token_id")
			if _, ok := out[key]; ok || len(ids) == 0 {
				continue
			}
			if ids[0] >= len(v.tokens) {
				return nil, refuse("%s: %s_token_id is %d, there are %d tokens", from.where, key, ids[0], len(v.tokens))
			}
			out[key] = ids[0]
		}
	}
	if i := slices.Index(v.kinds, token.Unknown); i >= 0 {
		out["unknown"] = i
	}
	ends := []string{"eos", "eot", "eom"}
	for _, id := range slices.Concat(g.ids("eos_token_id"), s.ids("eos_token_id")) {
		known := func(key string) bool { other, ok := out[key]; return ok && other == id }
		free := slices.IndexFunc(ends, func(key string) bool { _, ok := out[key]; return !ok })
		if id < len(v.tokens) && !slices.ContainsFunc(ends, known) && free >= 0 {
			out[ends[free]] = id
		}
	}
	if err := *g.err; err != nil {
		return nil, err
	}
	if err := *s.err; err != nil {
		return nil, err
	}
	return out, *t.err
}
