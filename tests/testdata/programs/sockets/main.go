// Command sockets uses sockets of every kind and says what it saw: the same on Linux
// and in pxOS. It ends with status 9 when all went well.
package main

import (
	"errors"
	"fmt"
	"os"
	"syscall"
)

// failed says whether a check has failed.
var failed bool

func check(what string, ok bool, details ...any) {
	if !ok {
		failed = true
		fmt.Println(append([]any{what, "FAILED:"}, details...)...)
		return
	}
	fmt.Println(what, "ok")
}

// number is the errno in an error, 0 where there is none.
func number(err error) syscall.Errno {
	var e syscall.Errno
	errors.As(err, &e)
	return e
}

func main() {
	steps := map[string]func(){"tcp": tcp, "udp": udp, "unix": unix, "raw": raw, "http": web, "interfaces": interfaces}
	for _, name := range []string{"tcp", "udp", "unix", "raw", "interfaces", "http"} {
		if len(os.Args) < 2 || os.Args[1] == name {
			steps[name]()
		}
	}
	if failed {
		os.Exit(1)
	}
	os.Exit(9)
}
