//go:build !race

package village_test

// bigVillage is how many people the big import has.
const bigVillage = 3000
