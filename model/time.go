package model

import (
	"database/sql/driver"
	"fmt"
	"time"
)

// Now tells the time that rules are measured by: this machine's, corrected by
// the measured offset to the database's clock.
type Now func() time.Time

// Shanghai is the one time zone of all rules and all words.
//
//nolint:gochecknoglobals // a constant in all but syntax
var Shanghai = time.FixedZone("Asia/Shanghai", 8*3600)

// Time is a moment as a column: Unix milliseconds, 0 for "never". Integers
// compare alike in every database and know no year 2038.
type Time struct{ time.Time }

// At makes a Time, cut to the milliseconds that the column keeps.
func At(t time.Time) Time {
	if t.IsZero() {
		return Time{}
	}
	return Time{time.UnixMilli(t.UnixMilli()).In(Shanghai)}
}

// Value stores the moment.
func (t Time) Value() (driver.Value, error) {
	if t.IsZero() {
		return int64(0), nil
	}
	return t.UnixMilli(), nil
}

// Scan reads the moment.
func (t *Time) Scan(src any) error {
	switch v := src.(type) {
	case nil:
		*t = Time{}
	case int64:
		*t = Time{}
		if v != 0 {
			*t = Time{time.UnixMilli(v).In(Shanghai)}
		}
	default:
		return fmt.Errorf("model.Time: cannot read %T", src)
	}
	return nil
}

// GormDataType keeps gorm from taking the embedded time.Time for the column.
func (Time) GormDataType() string { return "bigint" }
