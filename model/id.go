package model

import (
	"encoding/hex"
	"strings"

	"github.com/google/uuid"
)

// NewID returns a UUIDv7 as 32 hex digits: ordered by time, so that inserts of
// one village land side by side.
func NewID() string {
	id := uuid.Must(uuid.NewV7())
	return hex.EncodeToString(id[:])
}

// PublicID is how a row is named outside: the village's code, a dash, the id.
// The village stands in it so that every look-up goes to one village's rows.
func PublicID(villageID, id string) string { return villageID + "-" + id }

// ParsePublicID is the inverse of PublicID.
func ParsePublicID(public string) (villageID, id string, err error) {
	at := strings.LastIndexByte(public, '-')
	if at <= 0 || len(public)-at-1 != 32 {
		return "", "", Errorf(Unknown, "没有找到，请检查编号")
	}
	return public[:at], public[at+1:], nil
}
