package serve

import (
	"context"
	"fmt"
	"os"
	"runtime"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/openai/openai-go/v3"
)

// TestManyClients has 64 clients talk at once, some of whom go before their answer is there:
// every answer is the one to its question, none is lost, and memory does not grow.
// PXOS_MINUTES says for how long.
func TestManyClients(t *testing.T) {
	long := 2 * time.Second
	if s := os.Getenv("PXOS_MINUTES"); s != "" {
		n, err := strconv.ParseFloat(s, 64)
		if err != nil {
			t.Fatal(err)
		}
		long = time.Duration(n * float64(time.Minute))
	}
	client, alone := chatServer(t, brackets)
	const clients, questions = 64, 40
	want := make([]string, questions)
	ask := func(i int) (string, string) {
		say := fmt.Sprintf("question %d", i)
		return say, "[user: " + say + "][assistant: "
	}
	for i := range want {
		_, prompt := ask(i)
		want[i] = string([]rune(alone(prompt, 10)))
	}
	var answered, gone, busy atomic.Int64
	heap := func() uint64 {
		runtime.GC()
		var m runtime.MemStats
		runtime.ReadMemStats(&m)
		return m.HeapAlloc
	}
	ends := time.Now().Add(long)
	var middle uint64
	time.AfterFunc(long/2, func() { atomic.StoreUint64(&middle, heap()) })
	var all sync.WaitGroup
	for c := range clients {
		all.Go(func() {
			for n := c; time.Now().Before(ends); n++ {
				say, _ := ask(n % questions)
				ctx, cancel := context.WithCancel(t.Context())
				leaves := n%9 == 0
				if leaves {
					time.AfterFunc(time.Duration(n%7)*time.Millisecond, cancel)
				}
				r, err := client.Chat.Completions.New(ctx, openai.ChatCompletionNewParams{Model: "tiny", MaxTokens: openai.Int(10), Temperature: openai.Float(0),
					Messages: []openai.ChatCompletionMessageParamUnion{openai.UserMessage(say)}})
				cancel()
				switch api, refused := err.(*openai.Error); { //nolint:errorlint // the client's own
				case err == nil && r.Choices[0].Message.Content == want[n%questions]:
					answered.Add(1)
				case err != nil && leaves:
					gone.Add(1)
				case refused && api.StatusCode == 429:
					busy.Add(1)
				case err == nil:
					t.Errorf("question %d: %q, alone %q", n%questions, r.Choices[0].Message.Content, want[n%questions])
					return
				default:
					t.Errorf("question %d: %v", n%questions, err)
					return
				}
			}
		})
	}
	all.Wait()
	after := heap()
	if answered.Load() == 0 || after > atomic.LoadUint64(&middle)+16<<20 {
		t.Errorf("%d answers; %.1f MB of memory in the middle, %.1f at the end", answered.Load(), float64(middle)/1e6, float64(after)/1e6)
	}
	t.Logf("%d answers, %d clients went, %d were told to come again; %.1f MB of memory in the middle, %.1f at the end",
		answered.Load(), gone.Load(), busy.Load(), float64(middle)/1e6, float64(after)/1e6)
}
