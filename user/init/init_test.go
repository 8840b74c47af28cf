package main

import (
	"strings"
	"testing"
	"time"
)

func TestManifest(t *testing.T) {
	m, err := readManifest(`
[[program]]
name = "shell"
run = ["/bin/shell", "-i"]
directory = "/root"
environment = ["TERM=vt220"]
foreground = true

[[program]]
run = ["/bin/clock"]
restart = "always"
`)
	if err != nil || len(m.Program) != 2 || m.Program[1].Name != "clock" || m.Program[1].Directory != "/" || m.Program[0].Restart != never {
		t.Fatalf("%+v %v", m, err)
	}
	for text, why := range map[string]string{
		"":                            "names no program",
		"[[program]]":                 "absolute path",
		"x = 1":                       "no key",
		"[[program]]\nrun = 1":        "incompatible",
		"[[program]]\nrun = [\"sh\"]": "absolute path",
		"[[program]]\nrun = [\"/a\"]\nrestart = \"soon\"":                                                "never, failure or always",
		"[[program]]\nrun = [\"/a\"]\nenvironment = [\"A\"]":                                             "NAME=VALUE",
		"[[program]]\nrun = [\"/a\"]\n[[program]]\nrun = [\"/b/a\"]":                                     "two programs",
		"[[program]]\nrun = [\"/a\"]\nforeground = true\n[[program]]\nrun = [\"/b\"]\nforeground = true": "one program at most",
		"[[program]]\nrun = [\"/a\"]\nforeground = true\nrestart = \"always\"":                           "cannot be restarted",
	} {
		if _, err := readManifest(text); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%q: %v, want %q", text, err, why)
		}
	}
}

func TestPausesGrowAndEnd(t *testing.T) {
	s := &service{program: program{Name: "x", Restart: always}, pause: firstPause}
	want := firstPause
	for i := range most {
		again, pause := s.next(1, 0)
		if !again || pause != want {
			t.Fatalf("start %d: %v after %v, want %v", i, again, pause, want)
		}
		want = min(2*want, lastPause)
	}
	if again, _ := s.next(1, 0); again {
		t.Error("it is started for ever")
	}
	s = &service{program: program{Name: "x", Restart: always}, pause: lastPause, failed: most}
	if again, pause := s.next(0, time.Minute); !again || pause != firstPause {
		t.Errorf("after a minute: %v in %v", again, pause)
	}
	s = &service{program: program{Name: "x", Restart: onFailure}, pause: firstPause}
	if again, _ := s.next(0, 0); again {
		t.Error("it is started again after a good end")
	}
	if again, _ := s.next(1, 0); !again {
		t.Error("it is not started again after a bad end")
	}
}
