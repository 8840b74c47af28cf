package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/spf13/cobra"

	"pxos/image"
	"pxos/models"
)

// modelInside runs the engine in ring 3 of pxOS, on a model that it is given as a file, or on
// the shipped one. What it prints and is typed is passed on.
func modelInside(c *cobra.Command, p *programRun, path string, args ...string) error {
	f, _, _, err := loadModel(path) // what is wrong with it is said before anything boots
	if err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	l, err := openLab()
	if err != nil {
		return err
	}
	binary := filepath.Join(l.work(), "llm")
	if err := image.BuildProgram(c.Context(), l.root, "./user/llm", binary); err != nil {
		return err
	}
	const least = 1024 // MiB, of which the program's own file is in memory twice
	megabytes := int64(least)
	if path != models.Name {
		info, err := os.Stat(path)
		if err != nil {
			return err
		}
		file := "/" + models.NameOf(path) + ".gguf"
		if strings.HasSuffix(path, models.Suffix) {
			file = "/" + models.NameOf(path) + models.Suffix
		}
		p.add = append(p.add, path+":"+file)
		args = append([]string{"-model", file}, args...)
		megabytes += 4 * info.Size() >> 20
	}
	if p.machine.memory == "" {
		p.machine.memory = fmt.Sprintf("%dM", megabytes)
	}
	return p.run(c, l, binary, args)
}

// inside are the arguments of the program in pxOS that say what these flags do.
func (r *llmRunner) inside() []string {
	args := []string{"-n", fmt.Sprint(r.most), "-context", fmt.Sprint(r.context), "-seed", fmt.Sprint(r.options.Seed), "-top-k", fmt.Sprint(r.options.TopK)}
	for name, v := range map[string]float64{"-temperature": r.options.Temperature, "-top-p": r.options.TopP, "-min-p": r.options.MinP, "-repetition": r.options.Repetition} {
		args = append(args, name, fmt.Sprint(v))
	}
	if r.prompt != "" {
		args = append(args, "-p", r.prompt)
	}
	return args
}
