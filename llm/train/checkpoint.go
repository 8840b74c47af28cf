package train

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
)

// ErrCheckpoint is a file that a training cannot go on from.
var ErrCheckpoint = errors.New("not a checkpoint of this training")

// A checkpoint is a mark, the length of a head in JSON, the head, the weights, both moments,
// all little-endian, and the SHA-256 of what is before.
const (
	checkpointMark = "pxostrn1"
	maxHead        = 1 << 28
)

// head is what a checkpoint says of itself.
type checkpointHead struct {
	Config  Config  `json:"config"`
	Corpus  string  `json:"corpus_sha256"` // of the tokens
	Weights int     `json:"weights"`
	History []Point `json:"history"`
	Looks   []Look  `json:"looks"`
}

func (t *Trainer) head() checkpointHead {
	h := sha256.New()
	binary.Write(h, binary.LittleEndian, t.corpus.ids) // a hash takes everything
	return checkpointHead{t.Config, fmt.Sprintf("%x", h.Sum(nil)), len(t.weights.all), t.History, t.Looks}
}

// Save writes a checkpoint, which takes the place of the last when it is whole.
func (t *Trainer) Save(path string) (err error) {
	head, err := json.Marshal(t.head())
	if err != nil {
		return err
	}
	f, err := os.CreateTemp(filepath.Dir(path), filepath.Base(path)+".*.new")
	if err != nil {
		return err
	}
	defer func() {
		if err != nil {
			err = errors.Join(err, os.Remove(f.Name()))
		}
	}()
	h := sha256.New()
	w := io.MultiWriter(f, h)
	for _, part := range []any{[]byte(checkpointMark), uint64(len(head)), head, t.weights.all, t.first, t.sec} {
		err = errors.Join(err, binary.Write(w, binary.LittleEndian, part))
	}
	_, sum := f.Write(h.Sum(nil))
	if err = errors.Join(err, sum, f.Sync(), f.Close()); err != nil {
		return err
	}
	return os.Rename(f.Name(), path)
}

// Resume goes on from a checkpoint of the same configuration and corpus: what follows is as
// if the training had never stopped.
func (t *Trainer) Resume(path string) error {
	data, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	fail := func(format string, args ...any) error {
		return fmt.Errorf("%s: %s: %w", path, fmt.Sprintf(format, args...), ErrCheckpoint)
	}
	size := len(data) - sha256.Size
	if size < len(checkpointMark)+8 || string(data[:len(checkpointMark)]) != checkpointMark {
		return fail("it does not begin as one")
	}
	if sum := sha256.Sum256(data[:size]); !bytes.Equal(sum[:], data[size:]) {
		return fail("it is damaged")
	}
	rest := data[len(checkpointMark):size]
	n := binary.LittleEndian.Uint64(rest)
	rest = rest[8:]
	if n > min(uint64(len(rest)), maxHead) {
		return fail("its head has %d bytes", n)
	}
	var head checkpointHead
	if err := json.Unmarshal(rest[:n], &head); err != nil {
		return fail("its head: %v", err)
	}
	rest = rest[n:]
	mine := t.head()
	if head.Config != mine.Config || head.Corpus != mine.Corpus {
		return fail("it is of another configuration, or of other files (%+v, corpus %.8s; now %+v, corpus %.8s)", head.Config, head.Corpus, mine.Config, mine.Corpus)
	}
	if head.Weights != mine.Weights || len(rest) != 3*4*mine.Weights {
		return fail("it has %d bytes for %d weights", len(rest), mine.Weights)
	}
	r := bytes.NewReader(rest)
	for _, part := range [][]float32{t.weights.all, t.first, t.sec} {
		if err := binary.Read(r, binary.LittleEndian, part); err != nil {
			return fail("%v", err)
		}
	}
	t.History, t.Looks = head.History, head.Looks
	return nil
}
