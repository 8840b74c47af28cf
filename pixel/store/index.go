package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"

	_ "modernc.org/sqlite" // the driver, in pure Go
)

// The index says where things are. All of it can be made again from the packs, so it
// has the first 16 bytes of digests only; a tile or part is found by its block's number
// and its own number within the block.
const schema = `
CREATE TABLE packs (seq INTEGER PRIMARY KEY, bytes INTEGER NOT NULL) STRICT;
CREATE TABLE blocks (
	id INTEGER PRIMARY KEY,
	pack INTEGER NOT NULL,
	offset INTEGER NOT NULL,
	raw INTEGER NOT NULL,
	stored INTEGER NOT NULL,
	base INTEGER NOT NULL,
	line INTEGER NOT NULL,
	fresh INTEGER NOT NULL DEFAULT 0, -- bytes of the tiles that are found in this block
	sum BLOB NOT NULL
) STRICT;
CREATE INDEX blocks_sum ON blocks (sum);
CREATE TABLE parts (key BLOB PRIMARY KEY, place INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE tiles (key BLOB PRIMARY KEY, place INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE nodes (key BLOB PRIMARY KEY, pack INTEGER NOT NULL, offset INTEGER NOT NULL) STRICT, WITHOUT ROWID;
CREATE TABLE features (feature INTEGER, block INTEGER, PRIMARY KEY (feature, block)) STRICT, WITHOUT ROWID;
CREATE TABLE roots (
	name TEXT PRIMARY KEY,
	kind INTEGER NOT NULL,
	mode INTEGER NOT NULL,
	bytes INTEGER NOT NULL,
	digest BLOB NOT NULL,
	literal BLOB NOT NULL,
	seconds INTEGER NOT NULL,
	pack INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`

const schemaVersion = 1

// placeBits is how much of a place is the number within the block.
const placeBits = 20

func place(block int64, n int) int64 { return block<<placeBits | int64(n) }

func (s *Store) openIndex(ctx context.Context) error {
	path := filepath.Join(s.dir, indexFile)
	_, err := os.Stat(path)
	fresh := errors.Is(err, os.ErrNotExist)
	if fresh {
		if packs, err := s.packFiles(); err != nil || len(packs) > 0 {
			return errors.Join(err, fmt.Errorf("%s is missing though there are %d packs: make it again with 'pxos pixel salvage %s': %w", path, len(packs), s.dir, ErrDamaged))
		}
		if s.lock == nil {
			return fmt.Errorf("%s is missing: %w", path, ErrDamaged)
		}
	}
	return s.openDatabase(ctx, path, fresh)
}

func (s *Store) openDatabase(ctx context.Context, path string, fresh bool) error {
	// An index in WAL mode has readers beside its writer; synchronous FULL makes a commit
	// survive a loss of power.
	db, err := sql.Open("sqlite", "file:"+(&url.URL{Path: path}).EscapedPath()+
		"?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=synchronous(FULL)&_txlock=immediate")
	if err != nil {
		return err
	}
	db.SetMaxOpenConns(1)
	s.db = db
	if fresh {
		if _, err := db.ExecContext(ctx, schema+fmt.Sprintf("PRAGMA user_version=%d", schemaVersion)); err != nil {
			return fmt.Errorf("make the index %s: %w", path, err)
		}
	}
	var version int
	if err := db.QueryRowContext(ctx, "PRAGMA user_version").Scan(&version); err != nil {
		return fmt.Errorf("read the index %s: %w: make it again with 'pxos pixel salvage %s': %w", path, err, s.dir, ErrDamaged)
	}
	if version != schemaVersion {
		return fmt.Errorf("the index %s has version %d, this program knows %d: make it again with 'pxos pixel salvage %s': %w", path, version, schemaVersion, s.dir, ErrDamaged)
	}
	return nil
}

// closeIndex folds the log into the index, so that the store's size is what is needed.
func (s *Store) closeIndex() error {
	var err error
	if s.lock != nil {
		err = s.foldLog()
	}
	return errors.Join(err, s.db.Close())
}

func (s *Store) foldLog() error {
	_, err := s.db.Exec("PRAGMA wal_checkpoint(TRUNCATE)")
	return err
}

// packFiles are the numbers of all packs in the folder.
func (s *Store) packFiles() (list []int64, err error) {
	entries, err := os.ReadDir(filepath.Join(s.dir, packsFolder))
	for _, e := range entries {
		if n, ok := packNumber(e.Name()); ok {
			list = append(list, n)
		}
	}
	return list, err
}

// querier is a transaction or the index itself.
type querier interface {
	QueryRowContext(ctx context.Context, query string, args ...any) *sql.Row
	QueryContext(ctx context.Context, query string, args ...any) (*sql.Rows, error)
	ExecContext(ctx context.Context, query string, args ...any) (sql.Result, error)
}

// blockRow is where a block lies.
type blockRow struct {
	id, pack, offset int64
	raw, stored      int
	base             int64 // 0 for none
	line             int
}

const blockColumns = "id, pack, offset, raw, stored, base, line"

func scanBlock(row interface{ Scan(...any) error }) (b blockRow, err error) {
	err = row.Scan(&b.id, &b.pack, &b.offset, &b.raw, &b.stored, &b.base, &b.line)
	return b, err
}

func blockByID(ctx context.Context, q querier, id int64) (blockRow, error) {
	b, err := scanBlock(q.QueryRowContext(ctx, "SELECT "+blockColumns+" FROM blocks WHERE id = ?", id))
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("the index names block %d and does not have it: %w", id, ErrDamaged)
	}
	return b, err
}

func blockBySum(ctx context.Context, q querier, k key) (int64, error) {
	var id int64
	err := q.QueryRowContext(ctx, "SELECT id FROM blocks WHERE sum = ? ORDER BY id LIMIT 1", k[:]).Scan(&id)
	if errors.Is(err, sql.ErrNoRows) {
		err = fmt.Errorf("no block has the sum %x: %w", k, ErrNotFound)
	}
	return id, err
}

// placeOf is where a part or tile lies, ok false if it is not known.
func placeOf(ctx context.Context, q querier, table string, k key) (block int64, n int, ok bool, err error) {
	var at int64
	err = q.QueryRowContext(ctx, "SELECT place FROM "+table+" WHERE key = ?", k[:]).Scan(&at)
	if errors.Is(err, sql.ErrNoRows) {
		return 0, 0, false, nil
	}
	return at >> placeBits, int(at & (1<<placeBits - 1)), err == nil, err
}

const (
	tableParts = "parts"
	tableTiles = "tiles"
)

// Root is a name that was given with Put.
type Root struct {
	Entry
	Seconds int64 // Unix time of the put
}

const rootColumns = "name, kind, mode, bytes, digest, literal, seconds"

func scanRoot(row interface{ Scan(...any) error }) (r Root, err error) {
	var digest []byte
	var mode uint32
	err = row.Scan(&r.Name, &r.Kind, &mode, &r.Bytes, &digest, &r.literal, &r.Seconds)
	if err == nil && len(digest) != len(r.Digest) {
		err = fmt.Errorf("the index has a digest of %d bytes: %w", len(digest), ErrDamaged)
	}
	if err == nil {
		r.Digest, r.Mode = Digest(digest), fs.FileMode(mode)
	}
	return r, err
}

func setRoot(ctx context.Context, q querier, r Root, pack int64) error {
	literal := r.literal
	if literal == nil {
		literal = []byte{}
	}
	_, err := q.ExecContext(ctx, "INSERT OR REPLACE INTO roots (name, kind, mode, bytes, digest, literal, seconds, pack) VALUES (?,?,?,?,?,?,?,?)",
		r.Name, r.Kind, uint32(r.Mode), r.Bytes, r.Digest[:], literal, r.Seconds, pack)
	return err
}

// Roots are all names, in order.
func (s *Store) Roots(ctx context.Context) (list []Root, err error) {
	rows, err := s.db.QueryContext(ctx, "SELECT "+rootColumns+" FROM roots ORDER BY name")
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		r, err := scanRoot(rows)
		if err != nil {
			return nil, err
		}
		list = append(list, r)
	}
	return list, rows.Err()
}

func ignoreNoRows(err error) error {
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	return err
}
