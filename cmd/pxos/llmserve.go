package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"os/signal"
	"time"

	"github.com/spf13/cobra"

	"pxos/llm/serve"
	"pxos/models"
)

// llmServer are the flags of llm serve.
type llmServer struct {
	address, key, name string
	compute            engineFlags
	options            serve.Options
}

func llmServe() *cobra.Command {
	s, machine := &llmServer{}, &programRun{}
	var inside bool
	c := &cobra.Command{
		Use: "serve MODEL", Short: "Serve a model by OpenAI's HTTP interface", Args: oneArg(modelFiles),
		Long: "Serves /v1/chat/completions and /v1/completions (streaming too), /v1/models, /health and /metrics. Texts are computed together, --slots at once;\n" +
			"more wait, and what is too much is told so (429). Ctrl-C ends it. The key is that of PXOS_LLM_KEY, if it is set.",
		Example: "  pxos llm serve model.gguf &\n  curl http://127.0.0.1:8080/v1/completions -d '{\"prompt\": \"func main() {\", \"max_tokens\": 32, \"temperature\": 0}'",
		RunE: func(c *cobra.Command, args []string) error {
			s.key = os.Getenv("PXOS_LLM_KEY")
			if s.options.Slots < 1 || s.options.Waiting < 1 {
				return usage{errors.New("--slots and --waiting want 1 or more")}
			}
			if inside {
				return s.inside(c, machine, args[0])
			}
			ctx, stop := signal.NotifyContext(c.Context(), os.Interrupt)
			defer stop()
			return llmError(s.run(ctx, c, args[0]))
		},
	}
	c.Flags().StringVar(&s.address, "addr", "127.0.0.1:8080", "address to serve at; beyond the loopback set PXOS_LLM_KEY")
	c.Flags().StringVar(&s.name, "name", "", "of the model (default the file's)")
	s.compute.add(c)
	s.compute.addAhead(c)
	c.Flags().IntVar(&s.options.Slots, "slots", 4, "texts that are computed at once")
	c.Flags().IntVar(&s.options.Waiting, "waiting", 64, "texts that may wait")
	c.Flags().IntVar(&s.options.Context, "context", 0, "tokens of each text (default the model's, at most 4096)")
	c.Flags().BoolVar(&inside, "inside", false, "in ring 3 of pxOS, behind a forwarded port")
	c.Flags().StringVarP(&machine.machine.memory, "memory", "m", "", "of pxOS, such as 2G (default what the model takes)")
	machine.machine.smpFlag(c)
	return c
}

// inside serves in pxOS, whose port of the same number is joined to the loopback's.
func (s *llmServer) inside(c *cobra.Command, machine *programRun, path string) error {
	host, port, err := net.SplitHostPort(s.address)
	if err != nil || host != "127.0.0.1" || s.key != "" || s.name != "" || s.compute.chosen() {
		return usage{errors.New("with --inside, --addr is 127.0.0.1:PORT, and --name, --gpu, --lookup, --cache and PXOS_LLM_KEY are not there")}
	}
	machine.network.pairs = []string{port + ":" + port}
	return modelInside(c, machine, path, "-serve", s.address, "-slots", fmt.Sprint(s.options.Slots), "-context", fmt.Sprint(s.options.Context))
}

func (s *llmServer) run(ctx context.Context, c *cobra.Command, path string) error {
	host, _, err := net.SplitHostPort(s.address)
	if err != nil {
		return usage{fmt.Errorf("--addr %s: %w", s.address, err)}
	}
	if ip := net.ParseIP(host); s.key == "" && host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return usage{fmt.Errorf("--addr %s can be reached from elsewhere: set PXOS_LLM_KEY, which clients must send", s.address)}
	}
	if err := s.compute.parse(); err != nil {
		return err
	}
	f, m, v, err := loadModel(path)
	if err != nil {
		return err
	}
	defer f.Close()
	if s.options.Context == 0 {
		s.options.Context = min(m.Context, defaultContext)
	}
	if err := enoughMemory(int64(s.options.Slots) * m.Bytes(s.compute.cache, s.options.Context)); err != nil {
		return err
	}
	if s.name == "" {
		s.name = models.NameOf(path)
	}
	listener, err := net.Listen("tcp", s.address)
	if err != nil {
		return err
	}
	e, err := s.compute.open(c, m)
	if err != nil {
		return err
	}
	defer e.Close()
	s.options.Ahead = s.compute.ahead
	scheduler := serve.New(e.Engine, v, s.options)
	server := serve.NewServer(scheduler, v, s.name, s.key, time.Now, rand.Text)
	defer server.Close()
	web := &http.Server{Handler: server, ReadHeaderTimeout: 10 * time.Second}
	ended := make(chan error, 1)
	go func() { ended <- web.Serve(listener) }()
	fmt.Fprintf(c.ErrOrStderr(), "%s at http://%s/v1, %d texts of %d tokens at once\n", s.name, listener.Addr(), s.options.Slots, s.options.Context)
	select {
	case err = <-ended:
	case <-ctx.Done():
		err = web.Close()
	}
	scheduler.Close()
	return err
}
