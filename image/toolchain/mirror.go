package toolchain

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"sort"
	"strings"
)

// aptSource is one line of a .list file or one stanza of a .sources file.
type aptSource struct {
	uris, suites, components []string
	signedBy                 string // path of a keyring, "" if absent or written inline
}

// archive is where the packages come from.
type archive struct {
	uri        string
	suites     []string
	preferred  string // the suite given to apt-get -t, "" for none
	components string
	keyring    string // path; "" leaves the choice to apt's trusted keys
	qemuHint   string // said when the archive's QEMU is too old
}

const sourcesMaxBytes = 1 << 20

// readAPTSources parses all enabled binary sources under dir (/etc/apt). Files
// that cannot be read are passed over, as apt's own drop-in files are often
// readable by root alone.
func readAPTSources(dir string) []aptSource {
	var sources []aptSource
	files, _ := filepath.Glob(filepath.Join(dir, "sources.list.d", "*"))
	sort.Strings(files)
	for _, path := range append([]string{filepath.Join(dir, "sources.list")}, files...) {
		info, err := os.Stat(path)
		if err != nil || !info.Mode().IsRegular() || info.Size() > sourcesMaxBytes {
			continue
		}
		text, err := os.ReadFile(path)
		if err != nil {
			continue
		}
		switch filepath.Ext(path) {
		case ".list":
			sources = append(sources, parseListFile(string(text))...)
		case ".sources":
			sources = append(sources, parseSourcesFile(string(text))...)
		}
	}
	return sources
}

// parseListFile reads the one-line format of sources.list(5).
func parseListFile(text string) []aptSource {
	var sources []aptSource
	for line := range strings.Lines(text) {
		line, _, _ = strings.Cut(line, "#")
		rest, ok := strings.CutPrefix(strings.TrimSpace(line), "deb")
		if !ok || rest == "" || (rest[0] != ' ' && rest[0] != '\t') {
			continue
		}
		var s aptSource
		rest = strings.TrimSpace(rest)
		if strings.HasPrefix(rest, "[") {
			options, after, closed := strings.Cut(rest[1:], "]")
			if !closed {
				continue
			}
			rest = after
			for _, option := range strings.Fields(options) {
				if key, value, ok := strings.Cut(option, "="); ok && strings.EqualFold(key, "signed-by") {
					s.signedBy = keyringPath(value)
				}
			}
		}
		fields := strings.Fields(rest)
		if len(fields) < 2 {
			continue
		}
		s.uris, s.suites, s.components = fields[:1], fields[1:2], fields[2:]
		sources = append(sources, s)
	}
	return sources
}

// parseSourcesFile reads the deb822 format of sources.list(5).
func parseSourcesFile(text string) []aptSource {
	var sources []aptSource
	fields := make(map[string]string)
	key := ""
	flush := func() {
		if s, ok := sourceOfStanza(fields); ok {
			sources = append(sources, s)
		}
		fields, key = make(map[string]string), ""
	}
	for line := range strings.Lines(text) {
		line = strings.TrimRight(line, "\r\n")
		switch {
		case strings.HasPrefix(line, "#"):
		case strings.TrimSpace(line) == "":
			flush()
		case line[0] == ' ' || line[0] == '\t':
			if key != "" {
				fields[key] += " " + strings.TrimSpace(line)
			}
		default:
			name, value, ok := strings.Cut(line, ":")
			if !ok {
				continue
			}
			key = strings.ToLower(strings.TrimSpace(name))
			fields[key] = strings.TrimSpace(value)
		}
	}
	flush()
	return sources
}

func sourceOfStanza(fields map[string]string) (aptSource, bool) {
	switch strings.ToLower(fields["enabled"]) {
	case "no", "false", "0", "off", "without", "disable":
		return aptSource{}, false
	}
	binary := false
	for _, kind := range strings.Fields(fields["types"]) {
		binary = binary || kind == "deb"
	}
	s := aptSource{
		uris:       strings.Fields(fields["uris"]),
		suites:     strings.Fields(fields["suites"]),
		components: strings.Fields(fields["components"]),
		signedBy:   keyringPath(fields["signed-by"]),
	}
	return s, binary && len(s.uris) > 0 && len(s.suites) > 0
}

// keyringPath keeps a Signed-By that names a file; apt also takes fingerprints
// and inline keys, which serve another source than ours.
func keyringPath(value string) string {
	value, _, _ = strings.Cut(value, ",")
	if strings.HasPrefix(value, "/") && !strings.ContainsAny(value, " \n") {
		return value
	}
	return ""
}

// osRelease is what /etc/os-release says about the host.
type osRelease struct{ id, codename, version, name string }

func parseOSRelease(text string) osRelease {
	fields := make(map[string]string)
	for line := range strings.Lines(text) {
		if key, value, ok := strings.Cut(strings.TrimSpace(line), "="); ok {
			fields[key] = strings.Trim(value, `"'`)
		}
	}
	return osRelease{
		id: fields["ID"], codename: fields["VERSION_CODENAME"],
		version: fields["VERSION_ID"], name: fields["PRETTY_NAME"],
	}
}

var errNoMirror = errors.New("apt's sources name no archive of this distribution")

// chooseArchive decides where the packages come from: the mirror of the host's
// own sources, and the suite whose QEMU is new enough.
func chooseArchive(host osRelease, sources []aptSource, keyrings string) (archive, error) {
	var a archive
	switch host.id {
	case "debian":
		a = debianArchive(host)
	case "ubuntu":
		a = ubuntuArchive(host)
	default:
		return a, fmt.Errorf("packages can be fetched on Debian and Ubuntu only; this is %q", host.name)
	}
	for _, judge := range []func(aptSource, string) bool{archivePath, archiveKey} {
		for _, s := range sources {
			if !servesHost(s, host) || !judge(s, host.id) {
				continue
			}
			a.uri = s.uris[0]
			a.keyring = firstFile(
				filepath.Join(keyrings, host.id+"-archive-keyring.gpg"),
				filepath.Join(keyrings, host.id+"-archive-keyring.pgp"), s.signedBy)
			return a, nil
		}
	}
	return a, errNoMirror
}

// debianArchive takes trixie with its backports for every release up to
// Debian 13, and the host's own release for later ones.
func debianArchive(host osRelease) archive {
	if host.version == "" || compareVersions(host.version, "14") >= 0 {
		return archive{suites: []string{host.codename}, components: "main"}
	}
	return archive{
		suites: []string{"trixie", "trixie-backports"}, preferred: "trixie-backports", components: "main",
		qemuHint: "the mirror's trixie-backports is out of date: name another mirror in apt's sources",
	}
}

// ubuntuArchive takes the host's release from 25.10 on (QEMU 10.1), and 26.04
// for earlier ones.
func ubuntuArchive(host osRelease) archive {
	suite := "resolute"
	if compareVersions(host.version, "25.10") >= 0 {
		suite = host.codename
	}
	return archive{
		suites: []string{suite}, components: "main universe",
		qemuHint: "install QEMU " + minQEMU + " or newer with vfio-user-pci yourself and put it first on PATH",
	}
}

// servesHost tells the main archive of the host's release from third-party
// and security sources.
func servesHost(s aptSource, host osRelease) bool {
	if len(s.uris) == 0 || strings.Contains(s.uris[0], "security") {
		return false
	}
	names := []string{host.codename}
	if host.id == "debian" {
		names = append(names, "stable", "testing", "unstable", "sid")
	}
	hasMain := false
	for _, component := range s.components {
		hasMain = hasMain || component == "main"
	}
	for _, suite := range s.suites {
		for _, name := range names {
			if name != "" && suite == name && hasMain {
				return true
			}
		}
	}
	return false
}

// archivePath tells the distribution's archive by its address from a vendor's
// repository that happens to use the release's name as its suite.
func archivePath(s aptSource, id string) bool {
	path := strings.TrimRight(s.uris[0], "/")
	return strings.HasSuffix(path, "/"+id) || strings.HasPrefix(path, "mirror")
}

// archiveKey does the same by the key, for a private copy with another address.
func archiveKey(s aptSource, id string) bool {
	return strings.Contains(filepath.Base(s.signedBy), id+"-archive")
}

func firstFile(paths ...string) string {
	for _, path := range paths {
		if info, err := os.Stat(path); path != "" && err == nil && info.Mode().IsRegular() {
			return path
		}
	}
	return ""
}
