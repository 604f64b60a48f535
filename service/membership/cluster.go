package membership

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"time"

	"cunwu/model"
	"cunwu/service/notice"
)

const (
	clusterWindow = time.Hour
	clusterBack   = 25 * time.Hour // how far a sweep looks back, should none have run for a while
	clusterRows   = 20_000         // of one look
)

// cluster is a heap of bindings that somebody should look at. Its event is the
// same for every sweep that finds it, so that it is told once.
type cluster struct {
	villageID, event, text string
	printer                string // villager id of whoever printed the codes
}

// ClustersDue looks for heaps of bindings: by many codes of one printer within an
// hour, many persons on one telephone, many of a village within an hour. Each is
// told once to the supervision committee, or to the township when there is none or
// one of them printed the codes. It returns how many were found in the last day.
func (s *Service) ClustersDue(ctx context.Context) (int, error) {
	found := 0
	for _, look := range []func(context.Context) ([]cluster, error){s.printers, s.telephones, s.rushes} {
		clusters, err := look(ctx)
		if err != nil {
			return found, err
		}
		for _, c := range clusters {
			if err := s.store.Tx(ctx, func(ctx context.Context) error { return s.report(ctx, c) }); err != nil {
				return found, err
			}
			found++
		}
	}
	return found, nil
}

func (s *Service) report(ctx context.Context, c cluster) error {
	holders, err := s.people.HoldersFor(ctx, c.villageID, model.RoleSupervisor)
	if err != nil {
		return err
	}
	if len(holders) == 0 || slices.ContainsFunc(holders, func(v model.Villager) bool { return v.ID == c.printer }) {
		if holders, err = s.people.HoldersFor(ctx, c.villageID, model.RoleTownship); err != nil {
			return err
		}
	}
	unit, err := s.people.Get(ctx, c.villageID)
	if err != nil {
		return err
	}
	var notes []notice.Note
	for _, h := range holders {
		notes = append(notes, notice.Note{VillageID: c.villageID, To: h.Person(), Event: c.event, Role: notice.RoleHandler,
			Text: fmt.Sprintf("【请核对】%s：%s。请抽查是不是本人绑的；不是本人的，请村干部回：解绑 姓名", unit.Name, c.text)})
	}
	return s.notices.Put(ctx, notes...)
}

// moment is something that happened at a time, of one subject.
type moment struct {
	VillageID string
	Subject   string
	At        model.Time
}

// printers finds whose codes were used too often within an hour.
func (s *Service) printers(ctx context.Context) ([]cluster, error) {
	most, err := s.rule(ctx, "cluster.printer")
	if err != nil {
		return nil, err
	}
	var used []moment
	err = s.store.DB(ctx).Raw(`SELECT village_id, created_by AS subject, used_at AS at FROM invitations WHERE used_at > ?
		ORDER BY used_at LIMIT ?`, s.since(), clusterRows).Scan(&used).Error
	if err != nil {
		return nil, err
	}
	var clusters []cluster
	for _, c := range crowded(used, most) {
		name, err := s.printerName(ctx, c.VillageID, c.Subject)
		if err != nil {
			return nil, err
		}
		clusters = append(clusters, cluster{villageID: c.VillageID, event: "cluster/printer/" + short(c.Subject) + "/" + c.At.Format(time.DateOnly), printer: c.Subject,
			text: fmt.Sprintf("%s前后一小时内，用%s发的邀请码绑定的有%d个以上", c.At.Format("1月2日15:04"), name, most)})
	}
	return clusters, nil
}

// printerName is who printed codes; the operator at the server is no villager.
func (s *Service) printerName(ctx context.Context, villageID, id string) (string, error) {
	var names []string
	err := s.store.DB(ctx).Model(&model.Villager{}).Where("village_id = ? AND id = ?", villageID, id).Pluck("name", &names).Error
	if err != nil || len(names) == 0 {
		return "同一个人", err
	}
	return names[0], nil
}

// rushes finds villages where too many people were bound within an hour.
func (s *Service) rushes(ctx context.Context) ([]cluster, error) {
	most, err := s.rule(ctx, "cluster.bindings")
	if err != nil {
		return nil, err
	}
	var rows []moment
	err = s.store.DB(ctx).Raw(`SELECT village_id, villager_id AS subject, bound_at AS at FROM bindings WHERE bound_at > ?
		ORDER BY bound_at LIMIT ?`, s.since(), clusterRows).Scan(&rows).Error
	if err != nil {
		return nil, err
	}
	seen := map[model.Person]bool{} // somebody on several telephones counts the first time
	var bound []moment
	for _, m := range rows {
		if who := (model.Person{VillageID: m.VillageID, ID: m.Subject}); !seen[who] {
			seen[who] = true
			bound = append(bound, moment{VillageID: m.VillageID, At: m.At})
		}
	}
	var clusters []cluster
	for _, c := range crowded(bound, most) {
		clusters = append(clusters, cluster{villageID: c.VillageID, event: "cluster/rush/" + c.At.Format(time.DateOnly),
			text: fmt.Sprintf("%s前后一小时内，绑定微信的有%d人以上", c.At.Format("1月2日15:04"), most)})
	}
	return clusters, nil
}

// telephones finds WeChat senders who speak for too many persons. Twice as many is
// another cluster.
func (s *Service) telephones(ctx context.Context) ([]cluster, error) {
	most, err := s.rule(ctx, "cluster.persons")
	if err != nil {
		return nil, err
	}
	var crowds []struct {
		Account, OpenID string
		Persons         int
	}
	err = s.store.DB(ctx).Raw(`SELECT b.account, b.openid AS open_id, COUNT(*) AS persons FROM bindings b
		WHERE b.ended_at = 0 AND (b.account, b.openid) IN (SELECT r.account, r.openid FROM bindings r WHERE r.bound_at > ?)
		GROUP BY b.account, b.openid HAVING COUNT(*) >= ? LIMIT ?`, s.since(), most, clusterRows).Scan(&crowds).Error
	if err != nil {
		return nil, err
	}
	var clusters []cluster
	for _, c := range crowds {
		var villages []string
		err := s.store.DB(ctx).Model(&model.Binding{}).Distinct("village_id").
			Where("account = ? AND openid = ? AND ended_at = 0", c.Account, c.OpenID).Order("village_id").Pluck("village_id", &villages).Error
		if err != nil {
			return nil, err
		}
		for _, villageID := range villages {
			clusters = append(clusters, cluster{villageID: villageID,
				event: fmt.Sprintf("cluster/phone/%s/%d", short(c.Account+"/"+c.OpenID), c.Persons/most),
				text:  fmt.Sprintf("同一个微信绑定了%d个人", c.Persons)})
		}
	}
	return clusters, nil
}

func (s *Service) since() model.Time { return model.At(s.store.Now().Add(-clusterBack)) }

// crowded returns the first moment of each subject's day at which as many as most lie
// within one window. The moments come in the order of time.
func crowded(all []moment, most int) []moment {
	type place struct{ village, subject string }
	last := map[place][]model.Time{}
	told := map[string]bool{}
	var found []moment
	for _, m := range all {
		at := place{m.VillageID, m.Subject}
		within := append(last[at], m.At)
		for m.At.Sub(within[0].Time) >= clusterWindow {
			within = within[1:]
		}
		last[at] = within
		day := m.VillageID + "/" + m.Subject + "/" + m.At.Format(time.DateOnly)
		if len(within) >= most && !told[day] {
			told[day] = true
			found = append(found, m)
		}
	}
	return found
}

// short names a subject in a notice's event.
func short(subject string) string {
	sum := sha256.Sum256([]byte(subject))
	return hex.EncodeToString(sum[:8])
}
