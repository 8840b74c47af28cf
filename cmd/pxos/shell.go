package main

import (
	"os"
	"path/filepath"

	"github.com/spf13/cobra"

	"pxos/image"
)

func shellCommand() *cobra.Command {
	f := &programRun{}
	var manifest string
	c := &cobra.Command{
		Use: "shell", Short: "Boot pxOS with init and a shell, at this terminal", Args: noArgs,
		Long: "Boots pxOS and gives it this terminal: init starts a shell. exit, Ctrl-D or halt end pxOS, Ctrl-] switches the machine off.\n" +
			"Where standard input is no terminal, the shell carries out the lines that come from there.",
		Example: "  pxos shell --smp 4 -m 1G\n  pxos shell --add ./hello:/bin/hello\n  pxos shell -v .:/mnt\n  echo ps | pxos shell",
		RunE: func(c *cobra.Command, _ []string) error {
			l, err := openLab()
			if err != nil {
				return err
			}
			text := image.InitManifest
			if manifest != "" {
				data, err := os.ReadFile(manifest)
				if err != nil {
					return usage{err}
				}
				text = string(data)
			}
			files, err := image.BuildUser(c.Context(), l.root, filepath.Join(l.root, "build", "user"))
			if err != nil {
				return err
			}
			root, err := f.root()
			if err != nil {
				return err
			}
			if f.network.wanted() {
				arguments, err := f.network.add(c.Context(), l, root)
				if err != nil {
					return err
				}
				text += service(arguments)
			}
			if err := root.AddUser(files, text); err != nil {
				return err
			}
			return f.boot(c, l, root, image.Program{Path: "/bin/init", Directory: "/", Arguments: []string{"init"}})
		},
	}
	f.flags(c)
	c.Flags().StringVar(&manifest, "init", "", "file of the host that says what init starts, in place of a shell")
	return c
}
