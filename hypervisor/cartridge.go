package hypervisor

import (
	"archive/tar"
	"bytes"
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"

	"github.com/BurntSushi/toml"

	"pxos/pixel/archive"
	"pxos/pixel/codec"
	"pxos/pixel/pack"
	"pxos/pixel/picture"
)

// Cartridge is one that was opened and found valid.
type Cartridge struct {
	Manifest
	Signer ed25519.PublicKey // nil for one that is not signed
	files  map[string][]byte
	text   []byte // of the manifest
}

// openLimits bound what opening a cartridge may take.
var openLimits = pack.Limits{
	Picture: picture.Limits{FileBytes: 512 << 20, Pixels: 1 << 27},
	Codec:   codec.Limits{MemoryBytes: 1 << 30, OutputBytes: 512 << 20},
}

// Open reads a cartridge and checks all of it.
func Open(r io.Reader) (*Cartridge, error) {
	data, info, err := pack.Read(r, openLimits)
	for _, k := range []error{codec.ErrFormat, codec.ErrChecksum, codec.ErrLimit, codec.ErrReference, picture.ErrFormat, picture.ErrPixels, picture.ErrLimit} {
		if errors.Is(err, k) {
			return nil, fmt.Errorf("%w: %w", err, ErrCartridge)
		}
	}
	if err != nil { // of the reader
		return nil, err
	}
	if info.Kind != picture.Cartridge {
		return nil, fmt.Errorf("the picture holds a %v: %w", info.Kind, ErrCartridge)
	}
	list, err := archive.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, ErrCartridge)
	}
	c := &Cartridge{files: map[string][]byte{}}
	for _, f := range list {
		switch f.Type {
		case tar.TypeReg:
			c.files[f.Name] = f.Data
		case tar.TypeDir:
		default:
			return nil, fmt.Errorf("%q is a link, a cartridge has files and folders: %w", f.Name, ErrCartridge)
		}
	}
	return c, c.check()
}

// check takes the manifest and signature out of the files and checks all.
func (c *Cartridge) check() (err error) {
	text, ok := c.files[ManifestFile]
	if !ok {
		return fmt.Errorf("there is no %s: %w", ManifestFile, ErrCartridge)
	}
	c.text = text
	delete(c.files, ManifestFile)
	if signature, ok := c.files[SignatureFile]; ok {
		if c.Signer, err = checkSignature(signature, text); err != nil {
			return err
		}
		delete(c.files, SignatureFile)
	}
	if c.Manifest, err = parseManifest(text); err != nil {
		return err
	}
	return c.checkFiles(c.files)
}

// A signature is one line: "ed25519", the public key and the signature of the manifest,
// which has the hashes of all else.
func checkSignature(line, manifest []byte) (ed25519.PublicKey, error) {
	words := strings.Fields(string(line))
	if len(words) != 3 || words[0] != "ed25519" {
		return nil, fmt.Errorf("%s: want ed25519, a key and a signature: %w", SignatureFile, ErrCartridge)
	}
	key, err := hex.DecodeString(words[1])
	if err != nil || len(key) != ed25519.PublicKeySize {
		return nil, fmt.Errorf("%s: no key of %d bytes: %w", SignatureFile, ed25519.PublicKeySize, ErrCartridge)
	}
	signature, err := hex.DecodeString(words[2])
	if err != nil || !ed25519.Verify(key, manifest, signature) {
		return nil, fmt.Errorf("%s: the signature is not that of %s by %s: %w", SignatureFile, ManifestFile, words[1], ErrCartridge)
	}
	return key, nil
}

// Sign signs a cartridge in place of any signature that it has.
func (c *Cartridge) Sign(key ed25519.PrivateKey) {
	c.Signer = key.Public().(ed25519.PublicKey)
	c.files[SignatureFile] = fmt.Appendf(nil, "ed25519 %x %x\n", c.Signer, ed25519.Sign(key, c.text))
}

// Load makes a cartridge of a folder with a manifest, and fills in the hashes.
func Load(dir string) (*Cartridge, error) {
	data, err := archive.Create(dir)
	if err != nil {
		return nil, err
	}
	list, err := archive.Read(data)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", err, ErrCartridge)
	}
	c := &Cartridge{files: map[string][]byte{}}
	for _, f := range list {
		if f.Type == tar.TypeSymlink {
			return nil, fmt.Errorf("%q is a link, a cartridge has files and folders: %w", f.Name, ErrCartridge)
		}
		if f.Type == tar.TypeReg && f.Name != SignatureFile {
			c.files[f.Name] = f.Data
		}
	}
	text, ok := c.files[ManifestFile]
	if !ok {
		return nil, fmt.Errorf("%s has no %s: %w", dir, ManifestFile, ErrCartridge)
	}
	m, err := parseManifest(text)
	if err != nil {
		return nil, err
	}
	delete(c.files, ManifestFile)
	m.Files = map[string]string{}
	for name, data := range c.files {
		m.Files[name] = hashOf(data)
	}
	var out bytes.Buffer
	if err := toml.NewEncoder(&out).Encode(m); err != nil {
		return nil, err
	}
	c.files[ManifestFile] = out.Bytes()
	return c, c.check()
}

// Write writes the picture of a cartridge.
func (c *Cartridge) Write(w io.Writer, level codec.Level) error {
	dir, err := os.MkdirTemp("", "pxos-cart-")
	if err != nil {
		return err
	}
	defer os.RemoveAll(dir)
	files := maps.Clone(c.files)
	files[ManifestFile] = c.text
	if err := place(dir, files); err != nil {
		return err
	}
	data, err := archive.Create(dir)
	if err != nil {
		return err
	}
	_, err = pack.Write(w, data, picture.Info{Kind: picture.Cartridge, Name: c.Name}, pack.Options{Level: level})
	return err
}

// place puts files into a folder; their names were checked.
func place(dir string, files map[string][]byte) error {
	root, err := os.OpenRoot(dir)
	if err != nil {
		return err
	}
	defer root.Close()
	for _, name := range slices.Sorted(maps.Keys(files)) {
		if err := root.MkdirAll(filepath.Dir(name), 0o755); err != nil {
			return err
		}
		if err := root.WriteFile(name, files[name], 0o644); err != nil {
			return err
		}
	}
	return nil
}

// Entry finds an entry by its name; no name is the only one, or "main".
func (c *Cartridge) Entry(name string) (Entry, error) {
	if name == "" && len(c.Entries) == 1 {
		return c.Entries[0], nil
	}
	if name == "" {
		name = "main"
	}
	var names []string
	for _, e := range c.Entries {
		if e.Name == name {
			return e, nil
		}
		names = append(names, e.Name)
	}
	return Entry{}, fmt.Errorf("there is no entry %q, there are %s", name, strings.Join(names, ", "))
}
