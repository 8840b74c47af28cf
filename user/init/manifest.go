package main

import (
	"errors"
	"fmt"
	"path"
	"strings"

	"github.com/BurntSushi/toml"
)

// When a program is started again after it has ended.
const (
	never     = "never"
	onFailure = "failure" // after a status that is not 0
	always    = "always"
)

// manifest is what init starts, in its order.
type manifest struct {
	Program []program
}

// program is one of them.
type program struct {
	Name        string
	Run         []string // its file and its arguments
	Directory   string
	Environment []string // beyond init's own
	Restart     string   // never, failure or always
	Foreground  bool     // has the console; its end is the end of pxOS
}

// readManifest reads and checks a manifest.
func readManifest(text string) (*manifest, error) {
	m := &manifest{}
	meta, err := toml.Decode(text, m)
	if err != nil {
		return nil, err
	}
	if unknown := meta.Undecoded(); len(unknown) > 0 {
		return nil, fmt.Errorf("%s is no key of the manifest", unknown[0])
	}
	names := map[string]bool{}
	foreground := 0
	for i := range m.Program {
		p := &m.Program[i]
		if err := p.check(); err != nil {
			return nil, fmt.Errorf("program %d: %w", i+1, err)
		}
		if names[p.Name] {
			return nil, fmt.Errorf("two programs are called %s", p.Name)
		}
		names[p.Name] = true
		if p.Foreground {
			foreground++
		}
	}
	switch {
	case len(m.Program) == 0:
		return nil, errors.New("it names no program")
	case foreground > 1:
		return nil, errors.New("one program at most can have the foreground")
	}
	return m, nil
}

func (p *program) check() error {
	if len(p.Run) == 0 || !path.IsAbs(p.Run[0]) {
		return errors.New("run must begin with the absolute path of a program")
	}
	if p.Name == "" {
		p.Name = path.Base(p.Run[0])
	}
	if p.Directory == "" {
		p.Directory = "/"
	}
	if p.Restart == "" {
		p.Restart = never
	}
	if p.Restart != never && p.Restart != onFailure && p.Restart != always {
		return fmt.Errorf("restart = %q: give never, failure or always", p.Restart)
	}
	if p.Foreground && p.Restart != never {
		return errors.New("the end of the program in the foreground is the end of pxOS: it cannot be restarted")
	}
	for _, e := range p.Environment {
		if !strings.Contains(e, "=") {
			return fmt.Errorf("environment %q: give NAME=VALUE", e)
		}
	}
	return nil
}
