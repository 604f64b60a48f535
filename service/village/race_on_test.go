//go:build race

package village_test

// bigVillage is smaller under the race detector, which slows SQLite down twentyfold.
const bigVillage = 600
