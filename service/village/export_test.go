package village

import (
	"bytes"
	"time"
)

// ReadRoster reads a roster file without a database, for fuzzing: how many
// people it has, how many bad rows, and the error.
func ReadRoster(filename string, content []byte, today time.Time) (people, bad int, err error) {
	file, err := readRoster(filename, bytes.NewReader(content), today)
	if err != nil {
		return 0, 0, err
	}
	return len(file.people), len(file.bad), nil
}

// CleanName is cleanName, for tests.
func CleanName(name string) string { return cleanName(name) }
