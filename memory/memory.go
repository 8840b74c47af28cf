// Package memory keeps what was learned: cycles as they ran, and lessons, which
// are what a proven repair leaves behind.
//
// It may import nothing of pxOS. The store is one SQLite file; every cycle is
// one transaction, so a kill at any moment loses at most the cycle that runs.
package memory

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"time"

	_ "modernc.org/sqlite" // the driver, in pure Go
)

// schemaVersion is kept in the file's user_version.
const schemaVersion = 1

const schema = `
CREATE TABLE cycles (
	id INTEGER PRIMARY KEY,
	started TEXT NOT NULL,
	project TEXT NOT NULL,
	source TEXT NOT NULL,
	signature TEXT NOT NULL,
	class INTEGER NOT NULL,
	outcome TEXT NOT NULL,
	record TEXT NOT NULL
) STRICT;
CREATE TABLE lessons (
	id INTEGER PRIMARY KEY,
	cycle INTEGER NOT NULL REFERENCES cycles(id),
	project TEXT NOT NULL,
	signature TEXT NOT NULL,
	class INTEGER NOT NULL,
	cause TEXT NOT NULL,
	file TEXT NOT NULL,
	function TEXT NOT NULL,
	operator TEXT NOT NULL,
	before TEXT NOT NULL,
	after TEXT NOT NULL,
	test TEXT NOT NULL,
	text TEXT NOT NULL,
	occurs INTEGER NOT NULL,
	uses INTEGER NOT NULL DEFAULT 0,
	UNIQUE (project, file, before, after)
) STRICT;
CREATE TABLE sources (
	hash TEXT PRIMARY KEY,
	files BLOB NOT NULL
) STRICT;
CREATE INDEX lessons_signature ON lessons(signature);
`

// Lesson is what a proven repair leaves behind.
type Lesson struct {
	ID        int64  `json:"id"`
	Cycle     int64  `json:"cycle"`
	Project   string `json:"project"`
	Signature string `json:"signature"` // of the diagnosis
	Class     int    `json:"class"`
	Cause     string `json:"cause"`
	File      string `json:"file"`
	Function  string `json:"function"`
	Operator  string `json:"operator"`
	// Before and After are the repair's template: lines with their context,
	// white space folded. Where Before stands in a source, After is the repair.
	Before string `json:"before"`
	After  string `json:"after"`
	Test   string `json:"test"` // what would show the bug again
	Text   string `json:"text"` // the lesson in words
	// Occurs is how often the line that the repair brings in stood in the file
	// before: elsewhere, the same template is another situation.
	Occurs int `json:"occurs"`
	Uses   int `json:"uses"`
}

// Cycle is one pass of the loop. Record is its whole story as JSON.
type Cycle struct {
	ID        int64           `json:"id"`
	Started   time.Time       `json:"started"`
	Project   string          `json:"project"`
	Source    string          `json:"source"` // hash of the source it began with
	Signature string          `json:"signature"`
	Class     int             `json:"class"`
	Outcome   string          `json:"outcome"`
	Record    json.RawMessage `json:"record,omitempty"`
	// Files is the source itself, packed by whoever keeps it; equal sources are
	// kept once.
	Files []byte `json:"-"`
}

// Store is an open memory.
type Store struct{ db *sql.DB }

// Open opens or makes a store. An empty path gives one that lives in RAM.
func Open(path string) (*Store, error) {
	name := ":memory:"
	if path != "" {
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return nil, fmt.Errorf("memory: %w", err)
		}
		name = "file:" + path + "?_pragma=busy_timeout(10000)&_pragma=journal_mode(WAL)&_pragma=foreign_keys(1)"
	}
	db, err := sql.Open("sqlite", name)
	if err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	db.SetMaxOpenConns(1)
	s := &Store{db}
	if err := s.prepare(); err != nil {
		db.Close()
		return nil, fmt.Errorf("memory %s: %w; if the file is damaged, move it away: a new one is made", path, err)
	}
	return s, nil
}

// prepare makes the tables in a new file and refuses a newer one.
func (s *Store) prepare() error {
	var version int
	if err := s.db.QueryRow("PRAGMA user_version").Scan(&version); err != nil {
		return err
	}
	switch {
	case version == schemaVersion:
		return nil
	case version > schemaVersion:
		return fmt.Errorf("was written by a newer pxos (version %d, this one knows %d)", version, schemaVersion)
	}
	tx, err := s.db.Begin()
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.Exec(schema); err != nil {
		return err
	}
	if _, err := tx.Exec(fmt.Sprintf("PRAGMA user_version = %d", schemaVersion)); err != nil {
		return err
	}
	return tx.Commit()
}

// Close closes the store.
func (s *Store) Close() error { return s.db.Close() }

// Keep writes a cycle, its lesson (if any) and the lessons that it used, in one
// transaction, and fills in the identifiers.
func (s *Store) Keep(ctx context.Context, c *Cycle, l *Lesson, used []int64) error {
	tx, err := s.db.BeginTx(ctx, nil)
	if err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	defer tx.Rollback()
	err = tx.QueryRowContext(ctx, `INSERT INTO cycles (started, project, source, signature, class, outcome, record)
		VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id`, c.Started.UTC().Format(time.RFC3339Nano), c.Project, c.Source,
		c.Signature, c.Class, c.Outcome, string(c.Record)).Scan(&c.ID)
	if err != nil {
		return fmt.Errorf("memory: keep the cycle: %w", err)
	}
	if len(c.Files) > 0 {
		if _, err := tx.ExecContext(ctx, "INSERT INTO sources (hash, files) VALUES (?, ?) ON CONFLICT DO NOTHING", c.Source, c.Files); err != nil {
			return fmt.Errorf("memory: keep the source: %w", err)
		}
	}
	if l != nil {
		l.Cycle = c.ID
		err = tx.QueryRowContext(ctx, `INSERT INTO lessons (cycle, project, signature, class, cause, file, function, operator, before, after, test, text, occurs)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
			ON CONFLICT (project, file, before, after) DO UPDATE SET uses = uses
			RETURNING id`, l.Cycle, l.Project, l.Signature, l.Class, l.Cause, l.File, l.Function, l.Operator,
			l.Before, l.After, l.Test, l.Text, l.Occurs).Scan(&l.ID)
		if err != nil {
			return fmt.Errorf("memory: keep the lesson: %w", err)
		}
	}
	for _, id := range used {
		if _, err := tx.ExecContext(ctx, "UPDATE lessons SET uses = uses + 1 WHERE id = ?", id); err != nil {
			return fmt.Errorf("memory: %w", err)
		}
	}
	if err := tx.Commit(); err != nil {
		return fmt.Errorf("memory: %w", err)
	}
	return nil
}

// Lessons lists a project's lessons, the most used first; all projects' if
// project is empty.
func (s *Store) Lessons(ctx context.Context, project string) ([]Lesson, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id, cycle, project, signature, class, cause, file, function, operator, before, after, test, text, occurs, uses
		FROM lessons WHERE ? = '' OR project = ? ORDER BY uses DESC, id`, project, project)
	if err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	defer rows.Close()
	var out []Lesson
	for rows.Next() {
		var l Lesson
		if err := rows.Scan(&l.ID, &l.Cycle, &l.Project, &l.Signature, &l.Class, &l.Cause, &l.File, &l.Function,
			&l.Operator, &l.Before, &l.After, &l.Test, &l.Text, &l.Occurs, &l.Uses); err != nil {
			return nil, fmt.Errorf("memory: %w", err)
		}
		out = append(out, l)
	}
	return out, rows.Err()
}

// Cycles lists the latest cycles, newest first, without their records.
func (s *Store) Cycles(ctx context.Context, limit int) ([]Cycle, error) {
	rows, err := s.db.QueryContext(ctx, `SELECT id, started, project, source, signature, class, outcome FROM cycles ORDER BY id DESC LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("memory: %w", err)
	}
	defer rows.Close()
	var out []Cycle
	for rows.Next() {
		c, err := scanCycle(rows.Scan)
		if err != nil {
			return nil, err
		}
		out = append(out, c)
	}
	return out, rows.Err()
}

func scanCycle(scan func(...any) error, more ...any) (Cycle, error) {
	var c Cycle
	var started string
	if err := scan(append([]any{&c.ID, &started, &c.Project, &c.Source, &c.Signature, &c.Class, &c.Outcome}, more...)...); err != nil {
		return c, err
	}
	t, err := time.Parse(time.RFC3339Nano, started)
	if err != nil {
		return c, fmt.Errorf("memory: cycle %d: %w", c.ID, err)
	}
	c.Started = t
	return c, nil
}

// ErrNotFound says that there is no such cycle.
var ErrNotFound = errors.New("no such cycle")

// Cycle gives one cycle with its record.
func (s *Store) Cycle(ctx context.Context, id int64) (Cycle, error) {
	var record string
	row := s.db.QueryRowContext(ctx, `SELECT id, started, project, source, signature, class, outcome, record FROM cycles WHERE id = ?`, id)
	c, err := scanCycle(row.Scan, &record)
	if errors.Is(err, sql.ErrNoRows) {
		return c, fmt.Errorf("memory: %w: %d", ErrNotFound, id)
	}
	if err != nil {
		return c, err
	}
	c.Record = json.RawMessage(record)
	err = s.db.QueryRowContext(ctx, "SELECT files FROM sources WHERE hash = ?", c.Source).Scan(&c.Files)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil // kept without its source
	}
	return c, err
}
