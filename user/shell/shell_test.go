package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// here runs lines in a shell on this host and gives what they print.
func here(t *testing.T, sh *shell, lines ...string) string {
	t.Helper()
	file := filepath.Join(t.TempDir(), "out")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	out, errs := os.Stdout, os.Stderr
	os.Stdout, os.Stderr = f, f
	defer func() { os.Stdout, os.Stderr = out, errs }()
	for _, l := range lines {
		sh.run(l)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	return string(text)
}

func shellHere(t *testing.T) *shell {
	t.Helper()
	sh := newShell([]string{"PATH=/usr/bin:/bin", "HOME=/nowhere", "A=one two", "EMPTY="})
	sh.dir = t.TempDir()
	for _, name := range []string{"a.txt", "b.txt", "c d.txt", ".hidden"} {
		if err := os.WriteFile(filepath.Join(sh.dir, name), []byte(name+"\n"), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return sh
}

func TestWords(t *testing.T) {
	sh := shellHere(t)
	sh.status = 7
	for line, want := range map[string]string{
		`a b  c`:               "a|b|c",
		`'a b' "c d"e`:         "a b|c de",
		`$A`:                   "one|two",
		`"$A"`:                 "one two",
		`'$A'`:                 "$A",
		`x$A.y`:                "xone|two.y",
		`${A}x`:                "one|twox",
		`$EMPTY ""`:            "",
		`$? $none.`:            "7|.",
		`\$A \"`:               `$A|"`,
		`"\$A \\ \" \n"`:       `$A \ " \n`,
		`*.txt`:                "a.txt|b.txt|c d.txt",
		`"*".txt [ab].txt`:     "*.txt|a.txt|b.txt",
		`no*match`:             "no*match",
		`~ ~/x a~`:             "/nowhere|/nowhere/x|a~",
		`a # not this`:         "a",
		`a#b`:                  "a#b",
		`price: 5$ $`:          "price:|5$|$",
		"tab\tand\rreturn 2>x": "tab|and|return",
	} {
		lists, err := parse("echo " + line)
		if err != nil {
			t.Errorf("%q: %v", line, err)
			continue
		}
		got := sh.fields(lists[0].first[0].words)[1:]
		if text := strings.Join(got, "|"); text != want {
			t.Errorf("%q became %q, want %q", line, text, want)
		}
	}
}

func TestSyntaxErrors(t *testing.T) {
	for _, line := range []string{"'a", `echo "b`, "|", "a |", "a && ; b", "; a", "a >", "a > | b", "&", "a || "} {
		if lists, err := parse(line); err == nil {
			t.Errorf("%q was taken as %+v", line, lists)
		}
	}
	for _, line := range []string{"", "   ", "# only this", "a;", "a &", "a & b ; c"} {
		if _, err := parse(line); err != nil {
			t.Errorf("%q: %v", line, err)
		}
	}
}

func TestCommands(t *testing.T) {
	for name, c := range map[string]struct {
		line, want string
		status     int
	}{
		"lists":            {"echo a; echo b && echo c || echo d; false && echo e || echo f", "a\nb\nc\nf\n", 0},
		"status":           {"false; echo $?; true; echo $?", "1\n0\n", 0},
		"variables":        {"X=5; Y=$X$X; echo $Y; unset Y; echo [$Y]", "55\n[]\n", 0},
		"for one command":  {"Z=9 /usr/bin/env | cat | /usr/bin/env grep Z=; echo [$Z]", "Z=9\n[]\n", 0},
		"pipes":            {"echo c b a | tr ' ' '\\n' | sort | cat", "a\nb\nc\n", 0},
		"built in at last": {"/bin/echo hello | cat", "hello\n", 0},
		"redirect":         {"echo one > f; echo two >> f; cat < f; cat f | wc -l", "one\ntwo\n2\n", 0},
		"errors":           {"ls nothing 2> e; cat e", "ls: DIR/nothing: no such file or directory\n", 0},
		"both":             {"ls nothing 2>&1 | cat", "ls: DIR/nothing: no such file or directory\n", 0},
		"errors to a file": {"ls nothing > all 2>&1; cat all", "ls: DIR/nothing: no such file or directory\n", 0},
		"directories":      {"mkdir d/e; cd d/e; pwd; cd ..; pwd; cd nowhere", "DIR/d/e\nDIR/d\ncd: DIR/d/nowhere: no such file or directory\n", 1},
		"cd in a pipe":     {"mkdir x; cd x | cat; pwd", "DIR\n", 0},
		"exit":             {"exit 3; echo never", "", 3},
		"no such program":  {"nothing-here", "shell: nothing-here: no such command; help lists what is built in\n", 127},
		"killed":           {"/bin/sh -c 'kill -9 $$'", "", 137},
		"its own status":   {"/bin/sh -c 'exit 42'", "", 42},
		"run":              {"run /bin/echo x", "x\n", 0},
		"background":       {"/bin/sh -c 'echo b' & wait; echo done", "b\ndone\n", 0},
		"listing":          {"ls; rm a.txt; mv b.txt z; ls -a", "a.txt\nb.txt\nc d.txt\n.hidden\nc d.txt\nz\n", 0},
		"no file":          {"cat < nothing", "shell: nothing: no such file or directory\n", 1},
	} {
		t.Run(name, func(t *testing.T) {
			sh := shellHere(t)
			dir := sh.dir
			got := strings.ReplaceAll(here(t, sh, c.line), dir, "DIR")
			if got != c.want || sh.status != c.status {
				t.Errorf("%s\nprinted %q with status %d\n   want %q with status %d", c.line, got, sh.status, c.want, c.status)
			}
		})
	}
}

func TestExportReachesPrograms(t *testing.T) {
	sh := shellHere(t)
	got := here(t, sh, "Q=1; R=2; export R S=3", "/usr/bin/env")
	if !strings.Contains(got, "R=2\n") || !strings.Contains(got, "S=3\n") || strings.Contains(got, "Q=1\n") {
		t.Errorf("environment %q", got)
	}
}

func TestStat(t *testing.T) {
	p, ok := parseStat("12 (a) b (c) S 3 12 1 0 -1 0 0 0 0 0 150 50 0 0 20 0 7 0 99 1000 25 0 0\n")
	if !ok || p.pid != 12 || p.parent != 3 || p.command != "a) b (c" || p.state != "S" || p.threads != 7 || p.resident != 25 || p.used.Seconds() != 2 {
		t.Errorf("%+v %v", p, ok)
	}
	for _, text := range []string{"", "1 (a) S 1", "x (a) S 3 12 1 0 -1 0 0 0 0 0 150 50 0 0 20 0 7 0 99 1000 25"} {
		if _, ok := parseStat(text); ok {
			t.Errorf("%q was taken", text)
		}
	}
	all, err := processes()
	if err != nil || len(all) == 0 {
		t.Errorf("%d processes of this host, %v", len(all), err)
	}
}

func TestComplete(t *testing.T) {
	sh := shellHere(t)
	for line, want := range map[string]string{
		"hel": "help", "echo a": "a.txt", "echo x | hist": "history", "cat ./b": "./b.txt", "ls >c": "c d.txt", "zzzz": "",
	} {
		start, got := sh.complete(line)
		if text := strings.Join(got, " "); text != want && !(line == "hel" && strings.HasPrefix(text, want)) {
			t.Errorf("%q[%d:] could become %q, want %q", line, start, text, want)
		}
	}
}
