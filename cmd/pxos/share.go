package main

import (
	"fmt"
	"os"
	"path"
	"path/filepath"
	"strings"

	"pxos/abi"
)

// volume is a directory of this host that pxOS sees at a path.
type volume struct {
	host, guest string
	readOnly    bool
}

// volumes reads the DIR:PATH[:ro] of -v.
func volumes(list []string) ([]volume, error) {
	if len(list) > abi.MaxShares {
		return nil, fmt.Errorf("%d times -v, at most %d directories can be shared", len(list), abi.MaxShares)
	}
	var all []volume
	for _, text := range list {
		var v volume
		rest := text
		if before, ok := strings.CutSuffix(text, ":ro"); ok {
			rest, v.readOnly = before, true
		} else if before, ok := strings.CutSuffix(text, ":rw"); ok {
			rest = before
		}
		at := strings.LastIndex(rest, ":") // a colon is more likely in a path of the host
		if at <= 0 || !strings.HasPrefix(rest[at+1:], "/") {
			return nil, fmt.Errorf("-v %q: give a directory of this host, a colon and an absolute path in pxOS, such as ./out:/mnt or ./in:/in:ro", text)
		}
		v.guest = path.Clean(rest[at+1:])
		var err error
		if v.host, err = filepath.Abs(rest[:at]); err != nil {
			return nil, fmt.Errorf("-v %q: %w", text, err)
		}
		if info, err := os.Stat(v.host); err != nil || !info.IsDir() {
			return nil, fmt.Errorf("-v %q: %s is no directory: make it first, or give another; --add copies single files", text, rest[:at])
		}
		if v.guest == "/" || strings.ContainsRune(v.guest, 0) || len(v.guest) > maxGuestPath {
			return nil, fmt.Errorf("-v %q: a share cannot be seen at %s: give a directory below /, such as /mnt", text, v.guest)
		}
		for _, o := range all {
			if beneath(v.guest, o.guest) || beneath(o.guest, v.guest) {
				return nil, fmt.Errorf("-v %q: %s and %s lie in each other: give paths that do not", text, o.guest, v.guest)
			}
		}
		all = append(all, v)
	}
	return all, nil
}

// maxGuestPath leaves room in a path of pxOS for what is in the share.
const maxGuestPath = 200

// beneath says whether a path is another, or lies in it.
func beneath(p, in string) bool { return p == in || strings.HasPrefix(p, in+"/") }

// volumeArguments give the machine a 9P device for each directory, and QEMU's server
// behind it, which never leaves the directory. Without ioeventfd the server begins at once,
// in the thread of the processor that asks: a third sooner.
func volumeArguments(all []volume) []string {
	var args []string
	for i, v := range all {
		fsdev := fmt.Sprintf("local,id=fs%d,path=%s,security_model=none,multidevs=remap", i, strings.ReplaceAll(v.host, ",", ",,"))
		if v.readOnly {
			fsdev += ",readonly=on"
		}
		args = append(args, "-fsdev", fsdev, "-device", fmt.Sprintf("virtio-9p-pci,fsdev=fs%d,mount_tag=%s%d,disable-legacy=on,ioeventfd=off", i, abi.ShareTag, i))
	}
	return args
}

// guests are the paths at which volumes are seen.
func guests(all []volume) []string {
	var paths []string
	for _, v := range all {
		paths = append(paths, v.guest)
	}
	return paths
}
