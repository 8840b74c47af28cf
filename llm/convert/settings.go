package convert

import (
	"encoding/json"
	"math"
)

// settings are the values of a JSON object. It keeps the first error, and takes null for
// what is not there, as Transformers does.
type settings struct {
	where  string
	values map[string]any
	err    *error // one for an object and those within it
}

// readSettings reads a file of settings; one that is not there has no values.
func readSettings(d *folder, name string) (*settings, error) {
	s := &settings{where: name, err: new(error)}
	_, err := d.json(name, maxSettings, &s.values)
	return s, err
}

func (s *settings) fail(format string, args ...any) {
	if *s.err == nil {
		*s.err = refuse(s.where+": "+format, args...)
	}
}

func (s *settings) has(key string) bool { return s != nil && s.values[key] != nil }

// in is the object of a key, nil if there is none.
func (s *settings) in(key string) *settings {
	if !s.has(key) {
		return nil
	}
	m, ok := s.values[key].(map[string]any)
	if !ok {
		s.fail("%s must be an object", key)
		return nil
	}
	return &settings{where: s.where + ", " + key, values: m, err: s.err}
}

// int is a whole number from 1 to most.
func (s *settings) int(key string, most int) int {
	if !s.has(key) {
		s.fail("there is no %s", key)
		return 1
	}
	n, ok := s.values[key].(json.Number)
	v, err := n.Int64()
	if !ok || err != nil || v < 1 || v > int64(most) {
		s.fail("%s is %v, from 1 to %d are possible", key, s.values[key], most)
		return 1
	}
	return int(v)
}

func (s *settings) intOr(key string, most, otherwise int) int {
	if !s.has(key) {
		return otherwise
	}
	return s.int(key, most)
}

// float is a number from 0 on.
func (s *settings) float(key string) float64 {
	if !s.has(key) {
		s.fail("there is no %s", key)
		return 1
	}
	n, ok := s.values[key].(json.Number)
	v, err := n.Float64()
	if !ok || err != nil || v < 0 || v > math.MaxFloat32 {
		s.fail("%s is %v, it must be a number from 0 on", key, s.values[key])
		return 1
	}
	return v
}

func (s *settings) floatOr(key string, otherwise float64) float64 {
	if !s.has(key) {
		return otherwise
	}
	return s.float(key)
}

func (s *settings) floats(key string) []float32 {
	list, ok := s.values[key].([]any)
	if !ok {
		s.fail("%s must be a list of numbers", key)
	}
	out := make([]float32, 0, len(list))
	for i, v := range list {
		n, _ := v.(json.Number)
		f, err := n.Float64()
		if err != nil || f <= 0 || f > math.MaxFloat32 {
			s.fail("value %d of %s is %v, it must be a number above 0", i, key, v)
		}
		out = append(out, float32(f))
	}
	return out
}

func (s *settings) text(key, otherwise string) string {
	if !s.has(key) {
		return otherwise
	}
	v, ok := s.values[key].(string)
	if !ok {
		s.fail("%s must be a text", key)
	}
	return v
}

func (s *settings) bool(key string, otherwise bool) bool {
	if !s.has(key) {
		return otherwise
	}
	v, ok := s.values[key].(bool)
	if !ok {
		s.fail("%s must be true or false", key)
	}
	return v
}

// list are the texts of a key.
func (s *settings) list(key string) (out []string) {
	if !s.has(key) {
		return nil
	}
	list, ok := s.values[key].([]any)
	for _, v := range list {
		text, isText := v.(string)
		ok = ok && isText
		out = append(out, text)
	}
	if !ok {
		s.fail("%s must be a list of texts", key)
	}
	return out
}

// ids are the tokens of a key: a number, or several. Those below 0 stand for none.
func (s *settings) ids(key string) (out []int) {
	if !s.has(key) {
		return nil
	}
	list, ok := s.values[key].([]any)
	if !ok {
		list = []any{s.values[key]}
	}
	for _, v := range list {
		n, _ := v.(json.Number)
		id, err := n.Int64()
		if err != nil || id > math.MaxInt32 {
			s.fail("%s has the token %v", key, v)
			return nil
		}
		if id >= 0 {
			out = append(out, int(id))
		}
	}
	return out
}
