package main

import (
	"fmt"
	"os"
	"time"
)

// spent is processor time: of the server, of the database, and of all else on this machine but this
// program. The last explains a tail that no other round has.
type spent struct{ server, database, others time.Duration }

// spent is what it has come to until now.
func (t *town) spent() spent {
	var s spent
	s.server, _ = cpu(t.process.command.Process.Pid) // what is gone spends nothing more
	s.database, _ = cpu(t.mariadb)
	ours, _ := cpu(os.Getpid())
	all, err := busy()
	if err == nil {
		s.others = all - s.server - s.database - ours
	}
	return s
}

func (s spent) since(before spent) spent {
	return spent{s.server - before.server, s.database - before.database, s.others - before.others}
}

// cores are how many others kept busy over such a time.
func (s spent) cores(took time.Duration) float64 { return max(0, float64(s.others)/float64(took)) }

// over says it as cores.
func (s spent) over(took time.Duration) string {
	return fmt.Sprintf("cores busy: server %.2f, database %.2f, others %.2f", float64(s.server)/float64(took), float64(s.database)/float64(took), s.cores(took))
}
