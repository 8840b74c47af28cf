package fs

import "pxos/kernel/sys"

// Place is where something is or is to be: what a path says but for its last
// component.
type Place struct {
	Dir *Inode
	// Name is that component, a slice of the path or of a link's target; it may be
	// "." or "..", and is empty if the path has none ("/"). It is not checked.
	Name []byte
	// Slash: the path went on with a slash, so only a directory is meant.
	Slash bool
}

// Names of a place that are no name of an entry.
const (
	normal = iota
	itself // "/"
	dot
	dotdot
)

func (p *Place) form() int {
	switch string(p.Name) {
	case "":
		return itself
	case ".":
		return dot
	case "..":
		return dotdot
	}
	return normal
}

// Lookup finds what a path names, from a directory on (nil: the root). Follow says
// whether a symlink at the end is followed; with a slash behind it always is. It
// gives the errors of Linux: ENOENT (also for the empty path), ENOTDIR, ELOOP,
// ENAMETOOLONG.
func (s *System) Lookup(start *Inode, path []byte, follow bool) (*Inode, sys.Errno) {
	_, i, err := s.walk(start, path, follow, false)
	return i, err
}

// Parent resolves a path but for its last component, for what creates and removes.
// Follow, for open with O_CREAT: while the last component is a symlink and no slash
// is behind it, its target is taken in its place. (With a slash open gives EISDIR,
// whatever is there.)
func (s *System) Parent(start *Inode, path []byte, follow bool) (Place, sys.Errno) {
	p, _, err := s.walk(start, path, follow, true)
	return p, err
}

// Child is what is at a place; a symlink is not followed. ENOENT, ENAMETOOLONG;
// ENOTDIR if there must be a directory and is none.
func (s *System) Child(at Place) (*Inode, sys.Errno) {
	i := at.Dir
	switch at.form() {
	case normal:
		r, err := s.seek(at.Dir, at.Name)
		if err != 0 {
			return nil, err
		}
		if i = s.inode(r.target(s)); i == nil {
			return nil, sys.ENOENT
		}
	case dotdot:
		i = s.inode(at.Dir.parent)
	}
	if at.Slash && i.kind != Directory {
		return nil, sys.ENOTDIR
	}
	return i, 0
}

// target is the inode of an entry, 0 for no entry.
func (r ref) target(s *System) ref {
	if r == 0 {
		return 0
	}
	return s.entry(r).target
}

// seek finds an entry by a name that comes from outside. No entry is no error.
func (s *System) seek(dir *Inode, name []byte) (ref, sys.Errno) {
	switch {
	case dir.kind != Directory:
		return 0, sys.ENOTDIR
	case dir.links == 0:
		return 0, sys.ENOENT
	case len(name) > sys.NAME_MAX:
		return 0, sys.ENAMETOOLONG
	}
	return s.find(dir, name), 0
}

// cut takes the first component off a path; none is left if name is empty.
func cut(path []byte) (name, rest []byte) {
	for len(path) > 0 && path[0] == '/' {
		path = path[1:]
	}
	n := 0
	for n < len(path) && path[n] != '/' {
		n++
	}
	return path[:n], path[n:]
}

func onlySlashes(path []byte) bool {
	for _, c := range path {
		if c != '/' {
			return false
		}
	}
	return true
}

// walk goes along a path. What is left of a path when a symlink begins waits in a
// stack, unless the symlink is the last component: the lowest that waits has a
// component, so an empty stack and slashes alone mean that a component is the last. Where
// the path enters a directory on which something is mounted it ends in EREMOTE.
func (s *System) walk(start *Inode, path []byte, follow, parent bool) (at Place, i *Inode, err sys.Errno) {
	var waiting [sys.MAXSYMLINKS][]byte
	depth, links := 0, 0
	switch {
	case len(path) == 0:
		return at, nil, sys.ENOENT
	case len(path) >= sys.PATH_MAX:
		return at, nil, sys.ENAMETOOLONG
	case start == nil || path[0] == '/':
		start = s.Root()
	}
	at.Dir = start
	rest := path
	for {
		at.Name, rest = cut(rest)
		if len(at.Name) == 0 {
			if depth > 0 {
				depth--
				rest = waiting[depth]
				continue
			}
			return at, at.Dir, 0
		}
		if at.Dir.kind != Directory {
			return at, nil, sys.ENOTDIR
		}
		last := depth == 0 && onlySlashes(rest)
		at.Slash = at.Slash || last && len(rest) > 0
		if last && parent && (!follow || at.Slash) {
			return at, nil, 0
		}
		i, err = s.Child(Place{at.Dir, at.Name, false})
		if err == 0 && i.kind == Symlink && (!last || follow || at.Slash) {
			if links++; links > sys.MAXSYMLINKS {
				return at, nil, sys.ELOOP
			}
			if !last {
				waiting[depth] = rest
				depth++
			}
			if rest = s.Readlink(i); rest[0] == '/' {
				at.Dir = s.Root()
			}
			continue
		}
		if last && parent {
			return at, nil, 0
		}
		if err != 0 {
			return at, nil, err
		}
		if i.mount != 0 {
			return at, nil, s.leave(i, rest, waiting[:depth])
		}
		if last {
			if at.Slash && i.kind != Directory {
				return at, nil, sys.ENOTDIR
			}
			return at, i, 0
		}
		at.Dir = i
	}
}

// Path writes where a directory is, from the root, without a NUL, and says how long
// that is. ENOENT: it was removed; ERANGE: to is too short; ENOTDIR.
func (s *System) Path(dir *Inode, to []byte) (int, sys.Errno) {
	if err := dir.isDirectory(); err != 0 {
		return 0, err
	}
	at := len(to) // it comes from its end
	for dir.id != s.root {
		if dir.entry == 0 {
			return 0, sys.ENOENT
		}
		name := s.nameOf(dir.entry)
		if at < len(name)+1 {
			return 0, sys.ERANGE
		}
		at -= len(name)
		copy(to[at:], name)
		at--
		to[at] = '/'
		dir = s.inode(dir.parent)
	}
	if at == len(to) {
		if at == 0 {
			return 0, sys.ERANGE
		}
		at--
		to[at] = '/'
	}
	return copy(to, to[at:]), 0
}
