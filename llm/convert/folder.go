package convert

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sort"
	"strings"
)

// Names of a folder's files, and the most bytes that are read of those that are read whole.
const (
	configFile     = "config.json"
	generationFile = "generation_config.json"
	tokenizerFile  = "tokenizer.json"
	settingsFile   = "tokenizer_config.json"
	addedFile      = "added_tokens.json"
	templateFile   = "chat_template.jinja"
	piecesFile     = "tokenizer.model"
	weightsFile    = "model.safetensors"
	indexFile      = "model.safetensors.index.json"

	maxSettings  = 16 << 20
	maxIndex     = 64 << 20
	maxTokenizer = 256 << 20
	maxShards    = 4096
)

// folder are the files of a model.
type folder struct {
	path    string
	tensors map[string]*tensor
	open    []*os.File
}

// openFolder opens a folder and reads the heads of its weights. Close it.
func openFolder(path string) (*folder, error) {
	info, err := os.Stat(path)
	if err != nil {
		return nil, err
	}
	if !info.IsDir() {
		return nil, refuse("%s is no folder; what to do: give the folder that config.json is in", path)
	}
	d := &folder{path: path, tensors: map[string]*tensor{}}
	names, index, err := d.shardNames()
	for i := 0; i < len(names) && err == nil; i++ {
		err = d.shard(names[i])
	}
	if err == nil {
		err = d.held(index)
	}
	if err != nil {
		return nil, errors.Join(err, d.close())
	}
	return d, nil
}

func (d *folder) close() error {
	var err error
	for _, f := range d.open {
		err = errors.Join(err, f.Close())
	}
	return err
}

// file opens a regular file; nil if there is none. A pipe would wait for ever. Links are
// followed, since the cache of Hugging Face is made of them.
func (d *folder) file(name string) (*os.File, int64, error) {
	path := filepath.Join(d.path, name)
	info, err := os.Stat(path)
	if errors.Is(err, os.ErrNotExist) {
		return nil, 0, nil
	}
	if err != nil {
		return nil, 0, err
	}
	if !info.Mode().IsRegular() {
		return nil, 0, refuse("%s is no regular file", name)
	}
	f, err := os.Open(path)
	return f, info.Size(), err
}

// read reads a file of so many bytes at most; nil if there is none.
func (d *folder) read(name string, most int64) ([]byte, error) {
	f, size, err := d.file(name)
	if f == nil || err != nil {
		return nil, err
	}
	defer f.Close()
	if size > most {
		return nil, refuse("%s has %d bytes, %d are the most", name, size, most)
	}
	data, err := io.ReadAll(io.LimitReader(f, most))
	if data == nil {
		data = []byte{}
	}
	return data, err
}

// json reads a file of JSON into a value; found is false if there is none.
func (d *folder) json(name string, most int64, into any) (found bool, err error) {
	data, err := d.read(name, most)
	if data == nil || err != nil {
		return false, err
	}
	r := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))))
	r.UseNumber()
	if err := r.Decode(into); err != nil {
		return true, refuse("%s, byte %d: %v", name, r.InputOffset(), err)
	}
	return true, nil
}

// shardNames are the files of the weights, and where the index says that each tensor is.
func (d *folder) shardNames() (names []string, index map[string]string, err error) {
	if f, _, err := d.file(weightsFile); f != nil || err != nil {
		if f != nil {
			err = errors.Join(err, f.Close())
		}
		return []string{weightsFile}, nil, err
	}
	var x struct {
		Map map[string]string `json:"weight_map"`
	}
	found, err := d.json(indexFile, maxIndex, &x)
	if err != nil {
		return nil, nil, err
	}
	if !found {
		hint := "fetch it whole"
		if other, _ := filepath.Glob(filepath.Join(d.path, "*.bin")); len(other) > 0 {
			hint = "save the model as safetensors (save_pretrained of Transformers), pickles are not read"
		}
		return nil, nil, refuse("%s has neither %s nor %s; what to do: %s", d.path, weightsFile, indexFile, hint)
	}
	files := map[string]bool{}
	for _, name := range x.Map {
		files[name] = true
	}
	if len(files) == 0 || len(files) > maxShards {
		return nil, nil, refuse("%s names %d files, from 1 to %d are possible", indexFile, len(files), maxShards)
	}
	names = slices.Sorted(maps.Keys(files))
	for _, name := range names {
		if !filepath.IsLocal(name) || strings.ContainsAny(name, `/\:`) || !strings.HasSuffix(name, ".safetensors") {
			return nil, nil, refuse("%s names the file %q, which is no safetensors file in the folder", indexFile, name)
		}
	}
	return names, x.Map, nil
}

// shard opens a file of weights.
func (d *folder) shard(name string) error {
	f, size, err := d.file(name)
	if err != nil {
		return err
	}
	if f == nil {
		return refuse("%s names the file %q, which is not there; what to do: fetch the folder whole", indexFile, name)
	}
	d.open = append(d.open, f)
	s, err := readShard(name, f, size)
	if err != nil {
		return err
	}
	for i := range s.tensors {
		t := &s.tensors[i]
		if other, twice := d.tensors[t.name]; twice {
			return refuse("the tensor %q is in %s and in %s", t.name, other.in.name, name)
		}
		d.tensors[t.name] = t
	}
	return nil
}

// held says that tensors are where the index says.
func (d *folder) held(index map[string]string) error {
	var missing []string
	for name, file := range index {
		if t, ok := d.tensors[name]; !ok || t.in.name != file {
			missing = append(missing, fmt.Sprintf("%q in %s", name, file))
		}
	}
	if len(missing) > 0 {
		return refuse("%s names tensors that are not there: %s", indexFile, few(missing))
	}
	return nil
}

// few are the first of a list, and how many more there are.
func few(list []string) string {
	const most = 5
	sort.Strings(list)
	if len(list) <= most {
		return strings.Join(list, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(list[:most], ", "), len(list)-most)
}
