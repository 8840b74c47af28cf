package architect

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"pxos/architect/llmtest"
	"pxos/architect/source"
	"pxos/fault"
	"pxos/image/toolchain"
)

func toolsFor(t *testing.T) *toolchain.Toolchain {
	t.Helper()
	cache, err := toolchain.CacheDir()
	if err != nil {
		t.Fatal(err)
	}
	tools, err := toolchain.Find(cache)
	if err != nil {
		if os.Getenv("PXOS_REQUIRE_TOOLS") != "" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return tools
}

// brokenKernel is the real kernel with one bug of the corpus in it.
func brokenKernel(t *testing.T, bug string) (p *Project, good, broken source.Tree) {
	t.Helper()
	p = PxOS("..", toolsFor(t))
	good, err := p.Load()
	if err != nil {
		t.Fatal(err)
	}
	b, err := LoadBug(filepath.Join("..", "tests", "corpus", bug))
	if err != nil {
		t.Fatal(err)
	}
	broken, err = good.Apply(b.Patch, []string{"."})
	if err != nil {
		t.Fatal(err)
	}
	return p, good, broken
}

// withoutLine gives a tree in which the one line that holds a text is missing.
func withoutLine(t *testing.T, tree source.Tree, path, holds string) source.Tree {
	t.Helper()
	text, ok := tree.File(path)
	if !ok || strings.Count(text, holds) != 1 {
		t.Fatalf("%s does not hold %q exactly once", path, holds)
	}
	var out strings.Builder
	for line := range strings.Lines(text) {
		if !strings.Contains(line, holds) {
			out.WriteString(line)
		}
	}
	return tree.With(map[string]string{path: out.String()})
}

// TestModelRepairs lets a scripted model give four bad replies and a good one.
// Each bad one is refused with its reason, and told to the model; the good one
// is proven by boots.
func TestModelRepairs(t *testing.T) {
	p, good, broken := brokenKernel(t, "01-bar0-never-stored")
	cheat := broken.Diff(withoutLine(t, broken, "kernel/selftest/devices.go", "characters were lost"))
	outside := "--- a/go.mod\n+++ b/go.mod\n@@ -1,3 +1,3 @@\n-module pxos\n+module other\n \n go 1.26\n"
	server, err := llmtest.Serve("",
		llmtest.Reply{Text: `{"patch": "--- a/kernel`},
		llmtest.Reply{Text: "let me think about page tables ", Endless: true},
		llmtest.PatchReply(outside, "renames the module"),
		llmtest.PatchReply(cheat, "the check is too strict"),
		llmtest.PatchReply(broken.Diff(good), "the entry is never stored"))
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	r, mended, err := Run(t.Context(), p, broken, Options{
		Seed: 1, WorkDir: t.TempDir(), Proposers: []Proposer{Model{ModelConfig{URL: server.URL, Model: "script", ReplyBytes: 32 << 10}}},
	})
	if err != nil {
		t.Fatal(err)
	}
	wants := []struct{ gate, reason string }{
		{GateReply, "broken JSON"},
		{GateReply, "does not end"},
		{GatePatch, "go.mod lies outside the source roots kernel"},
		{GateIntegrity, "belongs to the self-tests"},
		{"", ""},
	}
	if len(r.Attempts) != len(wants) {
		t.Fatalf("%d attempts: %+v", len(r.Attempts), r.Attempts)
	}
	for i, w := range wants {
		a := r.Attempts[i]
		if a.Proposer != "model" || a.Gate != w.gate || !strings.Contains(a.Reason, w.reason) || a.Accepted != (w.gate == "") {
			t.Errorf("attempt %d: want gate %q and %q, got %+v", i+1, w.gate, w.reason, a)
		}
	}
	if r.Outcome != OutcomeRepaired || r.Attempts[4].Boots != 2+len(p.Matrix) || !sameCode(good, mended) {
		t.Errorf("%s, %d boots of proof, mended is the good source: %v", r.Outcome, r.Attempts[4].Boots, sameCode(good, mended))
	}
	t.Logf("%d boots, %d ms", r.Boots, r.ElapsedMS)
	checkConversation(t, server.Requests())
}

// checkConversation checks what the model was shown: the diagnosis and the
// source at first, then why each reply was refused.
func checkConversation(t *testing.T, requests []string) {
	t.Helper()
	type message struct{ Role, Content string }
	var last struct{ Messages []message }
	if err := json.Unmarshal([]byte(requests[len(requests)-1]), &last); err != nil {
		t.Fatal(err)
	}
	question := last.Messages[1].Content
	for _, want := range []string{"MMIO never mapped", "=== kernel/paging/map.go", "t.count(pte, level)"} {
		if !strings.Contains(question, want) {
			t.Errorf("the question does not hold %q:\n%s", want, question)
		}
	}
	if limit := promptDiagnosisBytes + promptSourceBytes + 4096; len(question) > limit {
		t.Errorf("the question has %d bytes, more than %d", len(question), limit)
	}
	if n := len(last.Messages); n != 2+2*keptExchanges {
		t.Errorf("the last request has %d messages", n)
	}
	if end := last.Messages[len(last.Messages)-1]; end.Role != "user" || !strings.Contains(end.Content, "self-tests") {
		t.Errorf("the last refusal was not told: %+v", end)
	}
}

// smallCase is a case that needs no kernel.
func smallCase() *Case {
	tree := source.New(map[string]string{"src/a.c": "int f(int x)\n{\n\treturn x + 1;\n}\n", "build.sh": "cc a.c\n"})
	return &Case{Project: &Project{Name: "small", Roots: []string{"src"}}, Broken: tree, Diagnosis: &fault.Diagnosis{Title: "broken"}}
}

// TestModelServerFails checks that a server which is gone, refuses or falls
// silent gives one refused attempt and no error.
func TestModelServerFails(t *testing.T) {
	server, err := llmtest.Serve("", llmtest.Reply{Status: 500, Text: "no memory"})
	if err != nil {
		t.Fatal(err)
	}
	gone, err := llmtest.Serve("", llmtest.Reply{Text: "x"})
	if err != nil {
		t.Fatal(err)
	}
	gone.Close()
	defer server.Close()
	for url, want := range map[string]string{server.URL: "no memory", gone.URL: "connect"} {
		s, err := Model{ModelConfig{URL: url}}.Open(t.Context(), smallCase())
		if err != nil {
			t.Fatal(err)
		}
		p, err := s.Next(t.Context())
		if err != nil || p == nil || p.Attempt.Gate != GateReply || !strings.Contains(p.Attempt.Reason, "cannot be used") || !strings.Contains(p.Attempt.Reason, want) {
			t.Errorf("%s: %+v, %v", want, p, err)
		}
		s.Told(&p.Attempt)
		if p, err := s.Next(t.Context()); p != nil || err != nil {
			t.Errorf("%s: the session goes on: %+v, %v", want, p, err)
		}
	}
}

// TestModelHangs wants a reply that stops in the middle to be cut off by time,
// and the next request to be made all the same.
func TestModelHangs(t *testing.T) {
	server, err := llmtest.Serve("", llmtest.Reply{Text: `{"patch"`, Hang: true},
		llmtest.Reply{Text: "Here:\n```json\n{\"patch\": \"--- a/src/a.c\\n+++ b/src/a.c\\n@@ -2,9 +2,9 @@\\n {\\n-\\treturn x + 1;\\n+\\treturn x;\\n }\\n\", \"reason\": \"off by one\"}\n```\n"})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	s, err := Model{ModelConfig{URL: server.URL, ReplyLimit: 300 * time.Millisecond}}.Open(t.Context(), smallCase())
	if err != nil {
		t.Fatal(err)
	}
	p, err := s.Next(t.Context())
	if err != nil || p.Attempt.Gate != GateReply || !strings.Contains(p.Attempt.Reason, "does not end") {
		t.Fatalf("%+v, %v", p, err)
	}
	s.Told(&p.Attempt)
	s.(*modelSession).config.ReplyLimit = time.Minute
	p, err = s.Next(t.Context())
	if err != nil || p.Attempt.Gate != "" || p.Attempt.Function != "f" || p.Attempt.Line != 3 || p.Attempt.Note != "off by one" {
		t.Fatalf("%+v, %v", p, err)
	}
	if text, _ := p.Tree.File("src/a.c"); text != "int f(int x)\n{\n\treturn x;\n}\n" {
		t.Errorf("the patch gave %q", text)
	}
}

// TestModelAttempts wants the session to end after the attempts that are
// allowed, whatever the model says.
func TestModelAttempts(t *testing.T) {
	server, err := llmtest.Serve("", llmtest.Reply{Text: "I cannot help."})
	if err != nil {
		t.Fatal(err)
	}
	defer server.Close()
	s, err := Model{ModelConfig{URL: server.URL, Attempts: 3}}.Open(t.Context(), smallCase())
	if err != nil {
		t.Fatal(err)
	}
	n := 0
	for {
		p, err := s.Next(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		if p == nil {
			break
		}
		n++
		s.Told(&p.Attempt)
	}
	if n != 3 || len(server.Requests()) != 3 {
		t.Errorf("%d attempts, %d requests", n, len(server.Requests()))
	}
}

// FuzzReply throws texts at the reader of replies: whatever it accepts has a
// patch, and applying that patch never leaves the roots.
func FuzzReply(f *testing.F) {
	f.Add(`{"patch": "--- a/src/a.c\n+++ b/src/a.c\n@@ -1 +1 @@\n-int f(int x)\n+int f(int y)\n", "reason": "r"}`)
	f.Add("```diff\n--- a/build.sh\n+++ b/build.sh\n@@ -1 +1 @@\n-cc a.c\n+rm a.c\n```\n")
	f.Add("<think>{}</think> ```json\n{\"patch\":\"@@ -0,0 +0,0 @@\"}\n```")
	f.Add("{")
	c := smallCase()
	f.Fuzz(func(t *testing.T, text string) {
		a, err := parseReply(text)
		if err != nil {
			return
		}
		if a.Patch == "" {
			t.Fatal("accepted without a patch")
		}
		tree, err := c.Broken.Apply(recount(plainNames(a.Patch)), c.Project.Roots)
		if err != nil {
			return
		}
		for _, path := range c.Broken.Changed(tree) {
			if !source.Inside(path, c.Project.Roots) {
				t.Fatalf("%s was changed", path)
			}
		}
	})
}
