package model_test

import (
	"context"
	"errors"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"cunwu/model"
	"cunwu/model/modeltest"
)

// While replicas are replaced, an older program meets a newer schema: it works
// with one that only added to its own, and not with another generation.
func TestANewerSchemaOfTheSameGeneration(t *testing.T) {
	for version, works := range map[int64]bool{999: true, 1001: false} {
		store := modeltest.NewStore(t, modeltest.NewClock().Now)
		ctx := context.Background()
		row := map[string]any{"version_id": version, "is_applied": true}
		if err := store.DB(ctx).Table("goose_db_version").Create(row).Error; err != nil {
			t.Fatal(err)
		}
		n, err := store.Migrate(ctx)
		for _, err := range []error{err, store.Migrated(ctx)} {
			if works && err != nil || !works && !errors.Is(err, model.ErrNewerSchema) {
				t.Errorf("schema %d: %v", version, err)
			}
		}
		if n != 0 {
			t.Errorf("schema %d: %d migrations", version, n)
		}
	}
}

var (
	versionOf = regexp.MustCompile(`(\d{4})_\w+\.sql$`)
	adds      = regexp.MustCompile(`^(CREATE TABLE|CREATE INDEX|INSERT INTO|ALTER TABLE \w+ ADD COLUMN \w+ (\w+(\(\d+\))? NOT NULL DEFAULT \S+|VARBINARY\(\d+\))$)`)
	unique    = regexp.MustCompile(`^CREATE UNIQUE INDEX \w+ ON (\w+)`)
)

// Within a generation migrations only add what an older program needn't know of.
func TestMigrationsOnlyAddUntilTheNextGeneration(t *testing.T) {
	for name, text := range migrations(t) {
		version, err := strconv.Atoi(versionOf.FindStringSubmatch(name)[1])
		if err != nil {
			t.Fatal(err)
		}
		up, _, _ := strings.Cut(text, "-- +goose Down")
		for statement := range strings.SplitSeq(up, ";\n") {
			statement = strings.TrimSpace(strings.TrimPrefix(statement, "-- +goose Up"))
			if table := unique.FindStringSubmatch(statement); table != nil && strings.Contains(up, "CREATE TABLE "+table[1]+" (") {
				continue
			}
			if statement != "" && !adds.MatchString(strings.TrimSuffix(statement, ";")) && version%1000 != 1 {
				t.Errorf("%s: %.90q changes what older programs use: number it %d001", name, statement, version/1000+1)
			}
		}
	}
}
