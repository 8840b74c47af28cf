// Command llm-script serves a script of replies as an OpenAI-compatible language
// model on a loopback port and prints its base URL, so that what pxOS does with
// good and bad replies can be shown without a model:
//
//	llm-script [-listen 127.0.0.1:0] REPLY...
//
// Each REPLY is given to one request, the last one to all that follow:
//
//	FILE          the file's text is the reply
//	@patch:FILE   the file is a unified diff; the reply is well-formed JSON with it
//	@endless      text that never ends
//	@hang         a reply that stops in the middle
//	@status:CODE  an HTTP error
//	@text:TEXT    TEXT itself
//
// It runs until it is interrupted.
package main

import (
	"flag"
	"fmt"
	"os"
	"os/signal"
	"strconv"
	"strings"
	"syscall"

	"pxos/architect/llmtest"
)

func main() {
	listen := flag.String("listen", "127.0.0.1:0", "loopback address and port")
	flag.Parse()
	if err := run(*listen, flag.Args()); err != nil {
		fmt.Fprintln(os.Stderr, "llm-script:", err)
		os.Exit(1)
	}
}

func run(listen string, args []string) error {
	if len(args) == 0 {
		return fmt.Errorf("no replies are given: name files, @patch:FILE, @endless, @hang, @status:CODE or @text:TEXT")
	}
	var script []llmtest.Reply
	for _, a := range args {
		r, err := reply(a)
		if err != nil {
			return err
		}
		script = append(script, r)
	}
	s, err := llmtest.Serve(listen, script...)
	if err != nil {
		return err
	}
	defer s.Close()
	fmt.Println(s.URL)
	stop := make(chan os.Signal, 1)
	signal.Notify(stop, os.Interrupt, syscall.SIGTERM)
	<-stop
	return nil
}

// reply reads one argument.
func reply(arg string) (llmtest.Reply, error) {
	kind, value, _ := strings.Cut(arg, ":")
	switch kind {
	case "@endless":
		return llmtest.Reply{Text: "I think about it, and then I think about it again. ", Endless: true}, nil
	case "@hang":
		return llmtest.Reply{Text: `{"patch": "`, Hang: true}, nil
	case "@text":
		return llmtest.Reply{Text: value}, nil
	case "@status":
		code, err := strconv.Atoi(value)
		if err != nil || code < 400 || code > 599 {
			return llmtest.Reply{}, fmt.Errorf("%s: give a code from 400 to 599", arg)
		}
		return llmtest.Reply{Status: code, Text: "the script says so"}, nil
	case "@patch":
		text, err := os.ReadFile(value)
		if err != nil {
			return llmtest.Reply{}, err
		}
		return llmtest.PatchReply(string(text), "scripted patch"), nil
	}
	text, err := os.ReadFile(arg)
	if err != nil {
		return llmtest.Reply{}, err
	}
	return llmtest.Reply{Text: string(text)}, nil
}
