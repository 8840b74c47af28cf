// Package store keeps files and folders by their content: bytes that come again, or
// nearly again, are kept once.
//
// Data is cut into tiles of at most 65,536 bytes where the content says so, so that an
// insertion moves no other cut; a tree of SHA-256 digests, whose nodes have up to 16,384
// children, stands over them, and its root names a file. A folder is a list of names
// and roots, kept like a file. So one pixel, an address, stands for anything.
//
// On the disk lie packs, one for every put, never changed once they have their name, and
// an index in SQLite, which can be made again from the packs. A block of a pack holds
// the new tiles of a put, coded as one; if a similar block is there, it is coded as what
// differs from that.
//
// It must import no other folder of pxOS than pixel. Invariants: what Put has
// acknowledged survives a kill at any moment; every byte that Get gives was compared
// with a digest; one process writes at a time, any number read.
package store

import (
	"context"
	"crypto/sha256"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"golang.org/x/sys/unix"

	"pxos/pixel/codec"
	"pxos/pixel/seed"
)

// Digest is the SHA-256 that names content.
type Digest = [sha256.Size]byte

// Errors by kind, for errors.Is.
var (
	// ErrNotFound is a name, digest or pixel that the store does not know.
	ErrNotFound = errors.New("not in the store")
	// ErrAmbiguous is a pixel or the start of a digest that names two things.
	ErrAmbiguous = errors.New("names more than one thing")
	// ErrDamaged is a pack or an index that is not as it was written.
	ErrDamaged = errors.New("the store is damaged")
	// ErrBusy is a store that another process writes.
	ErrBusy = errors.New("another process is writing the store")
	// ErrUnsupported is a kind of file that the store does not keep.
	ErrUnsupported = errors.New("not a file, folder or symbolic link")
)

// Options say how to open a store.
type Options struct {
	// Create makes the store if there is none.
	Create bool
	// Write opens for writing and waits up to Wait for another writer.
	Write bool
	Wait  time.Duration
	// Level is that of new blocks.
	Level codec.Level
	// Prelude is for seeds that are programs; nil for none.
	Prelude seed.Prelude
	// Now is the time that roots get; nil is time.Now.
	Now func() time.Time
	// Log hears of long work, a line at a time; nil for nobody.
	Log func(line string)
}

const (
	markFile    = "PIXELS"
	markText    = "pxos pixel store 1\n"
	indexFile   = "index.db"
	lockFile    = "lock"
	packsFolder = "packs"
	freshSuffix = ".new"
)

// Store is an open store. Its methods may be called by one goroutine at a time.
type Store struct {
	dir     string
	options Options
	db      *sql.DB
	lock    *os.File
	cache   cache
	// writing is the pack that is being written, which has no name yet.
	writing    *packWriter
	writingSeq int64
}

// Open opens the store in a folder.
func Open(ctx context.Context, dir string, o Options) (*Store, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Log == nil {
		o.Log = func(string) {}
	}
	s := &Store{dir: dir, options: o}
	s.cache.init()
	if err := s.open(ctx); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

func (s *Store) open(ctx context.Context) error {
	mark, err := os.ReadFile(filepath.Join(s.dir, markFile))
	switch {
	case errors.Is(err, os.ErrNotExist) && s.options.Create:
		if err := create(s.dir); err != nil {
			return fmt.Errorf("make a store in %s: %w", s.dir, err)
		}
	case errors.Is(err, os.ErrNotExist):
		return fmt.Errorf("%s is no pixel store: it has no file %s: %w", s.dir, markFile, ErrNotFound)
	case err != nil:
		return err
	case string(mark) != markText:
		return fmt.Errorf("%s says %q, this program knows %q: %w", filepath.Join(s.dir, markFile), mark, markText, ErrDamaged)
	}
	if s.options.Write || s.options.Create {
		if err := s.takeLock(ctx); err != nil {
			return err
		}
	}
	return s.openIndex(ctx)
}

// create makes the folders and, last, the mark that makes it a store. A folder with
// other things in it is not touched.
func create(dir string) error {
	list, err := os.ReadDir(dir)
	if err != nil && !errors.Is(err, os.ErrNotExist) {
		return err
	}
	for _, e := range list {
		if e.Name() != packsFolder && e.Name() != lockFile && e.Name() != markFile+freshSuffix {
			return fmt.Errorf("the folder is not empty, it has %s", e.Name())
		}
	}
	if err := os.MkdirAll(filepath.Join(dir, packsFolder), 0o755); err != nil {
		return err
	}
	return writeFile(filepath.Join(dir, markFile), []byte(markText))
}

// writeFile gives a file its name when it is whole and on the disk.
func writeFile(path string, data []byte) error {
	f, err := os.Create(path + freshSuffix)
	if err != nil {
		return err
	}
	_, err = f.Write(data)
	return commitFile(f, path, err)
}

// commitFile syncs, closes and renames a file that was written as path.new.
func commitFile(f *os.File, path string, err error) error {
	if err == nil {
		err = f.Sync()
	}
	err = errors.Join(err, f.Close())
	if err == nil {
		err = os.Rename(path+freshSuffix, path)
	}
	if err != nil {
		return errors.Join(err, os.Remove(path+freshSuffix))
	}
	return syncFolder(filepath.Dir(path))
}

func syncFolder(dir string) error {
	f, err := os.Open(dir)
	if err != nil {
		return err
	}
	return errors.Join(f.Sync(), f.Close())
}

// takeLock takes the writer's lock, which the system lets go of when the process ends.
func (s *Store) takeLock(ctx context.Context) error {
	f, err := os.OpenFile(filepath.Join(s.dir, lockFile), os.O_RDWR|os.O_CREATE, 0o644)
	if err != nil {
		return err
	}
	s.lock = f
	deadline := time.Now().Add(s.options.Wait)
	for told := false; ; {
		err := unix.Flock(int(f.Fd()), unix.LOCK_EX|unix.LOCK_NB)
		if err == nil {
			return nil
		}
		if !errors.Is(err, unix.EWOULDBLOCK) {
			return fmt.Errorf("lock %s: %w", f.Name(), err)
		}
		if time.Now().After(deadline) {
			return fmt.Errorf("%s: %w", s.dir, ErrBusy)
		}
		if !told {
			s.options.Log("waiting for another process that writes " + s.dir)
			told = true
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Close closes the store; once more does nothing.
func (s *Store) Close() error {
	var err error
	if s.db != nil {
		err = s.closeIndex()
	}
	if s.lock != nil {
		err = errors.Join(err, s.lock.Close())
	}
	s.db, s.lock = nil, nil
	return err
}
