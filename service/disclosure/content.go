package disclosure

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"gorm.io/gorm"

	"cunwu/model"
	"cunwu/service/publiclog"
)

// canonical is what a version says, in the form that the public log commits to.
// Its fields are never renamed or reordered: old leaves stand on them.
type canonical struct {
	Village    string              `json:"village"`
	Disclosure string              `json:"disclosure"`
	Version    int                 `json:"version"`
	Kind       string              `json:"kind"`
	Duty       string              `json:"duty"`
	Period     string              `json:"period"`
	Scope      string              `json:"scope"`
	Title      string              `json:"title"`
	Text       string              `json:"text"`
	Reason     string              `json:"reason"`
	Media      []string            `json:"media"` // id:sha256
	Accounts   *canonicalStatement `json:"accounts"`
	Written    signature           `json:"written"`
	Signed     signature           `json:"signed"`
	Approved   signature           `json:"approved"`
	Published  signature           `json:"published"`
}

type signature struct {
	By   string `json:"by"`
	Name string `json:"name"`
	At   int64  `json:"at"` // Unix ms
}

type canonicalStatement struct {
	Opening int64           `json:"opening"`
	Income  int64           `json:"income"`
	Expense int64           `json:"expense"`
	Closing int64           `json:"closing"`
	Items   []canonicalItem `json:"items"`
}

type canonicalItem struct {
	Day      string   `json:"day"`
	Income   bool     `json:"income"`
	Category string   `json:"category"`
	Amount   int64    `json:"amount"`
	Party    string   `json:"party"`
	Purpose  string   `json:"purpose"`
	Approver string   `json:"approver"`
	Invoice  string   `json:"invoice"`
	Vouchers []string `json:"vouchers"`
}

// content is a version's canonical form.
func (s *Service) content(ctx context.Context, d model.Disclosure, v model.DisclosureVersion) ([]byte, error) {
	c := canonical{Village: d.VillageID, Disclosure: d.ID, Version: v.Version, Kind: d.Kind, Duty: d.Duty, Period: d.Period, Scope: d.Scope,
		Title: v.Title, Text: v.Text, Reason: v.Reason,
		Written: signed(v.WrittenBy, v.WrittenName, v.WrittenAt), Signed: signed(v.SignedBy, v.SignedName, v.SignedAt),
		Approved: signed(v.ApprovedBy, v.ApprovedName, v.ApprovedAt), Published: signed(v.PublishedBy, v.PublishedName, v.PublishedAt)}
	var err error
	if c.Media, err = s.mediaSums(ctx, d.VillageID, split(v.MediaIDs)); err != nil {
		return nil, err
	}
	if v.Finance {
		if c.Accounts, err = s.canonicalAccounts(ctx, d, v.Version); err != nil {
			return nil, err
		}
	}
	return json.Marshal(c)
}

func signed(by, name string, at model.Time) signature {
	if at.IsZero() {
		return signature{}
	}
	return signature{By: by, Name: name, At: at.UnixMilli()}
}

func (s *Service) canonicalAccounts(ctx context.Context, d model.Disclosure, version int) (*canonicalStatement, error) {
	st, err := s.statement(ctx, d, version)
	if err != nil {
		return nil, err
	}
	var items []model.FinanceItem
	err = s.store.DB(ctx).Where("village_id = ? AND disclosure_id = ? AND version = ?", d.VillageID, d.ID, version).Order("seq").Find(&items).Error
	if err != nil {
		return nil, err
	}
	var vouchers []string
	for _, i := range items {
		vouchers = append(vouchers, split(i.VoucherIDs)...)
	}
	sums, err := s.mediaSums(ctx, d.VillageID, vouchers)
	if err != nil {
		return nil, err
	}
	c := &canonicalStatement{Opening: st.Opening, Income: st.Income, Expense: st.Expense, Closing: st.Closing}
	for _, i := range items {
		n := len(split(i.VoucherIDs))
		c.Items = append(c.Items, canonicalItem{Day: i.Day, Income: i.Income, Category: i.Category, Amount: i.Amount, Party: i.Party,
			Purpose: i.Purpose, Approver: i.Approver, Invoice: i.Invoice, Vouchers: sums[:n:n]})
		sums = sums[n:]
	}
	return c, nil
}

// mediaSums are files by id and SHA-256, so that a picture can't be exchanged
// either.
func (s *Service) mediaSums(ctx context.Context, villageID string, ids []string) ([]string, error) {
	sums := make([]string, 0, len(ids))
	if len(ids) == 0 {
		return sums, nil
	}
	var rows []model.Media
	err := s.store.DB(ctx).Select("id", "sha256").Where("village_id = ? AND id IN ?", villageID, ids).Find(&rows).Error
	byID := map[string]string{}
	for _, row := range rows {
		byID[row.ID] = row.SHA256
	}
	for _, id := range ids {
		sums = append(sums, id+":"+byID[id])
	}
	return sums, err
}

// digest names what a version says before it is signed, so that a signature is
// for what was read.
func (s *Service) digest(ctx context.Context, d model.Disclosure, v model.DisclosureVersion) (string, error) {
	v.SignedBy, v.SignedName, v.SignedAt = "", "", model.Time{}
	v.ApprovedBy, v.ApprovedName, v.ApprovedAt = "", "", model.Time{}
	content, err := s.content(ctx, d, v)
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:16]), err
}

func withdrawalContent(d model.Disclosure) []byte {
	return fmt.Appendf(nil, "%s\n%d\n%s\n%s\n%d\n", d.ID, d.Current, d.WithdrawnBy, d.WithdrawnReason, d.WithdrawnAt.UnixMilli())
}

func answerContent(q model.DisclosureQuestion) []byte {
	return fmt.Appendf(nil, "%s\n%d\n%d\n%s\n%s\n%s\n", q.DisclosureID, q.Answers, q.AnsweredAt.UnixMilli(), q.Nickname, q.Question, q.Answer)
}

func answerSubject(q model.DisclosureQuestion) string {
	return fmt.Sprintf("question/%s/%d", q.CaseID, q.Answers)
}

// LogSource lets a verification of the public log compare its leaves with what
// the village shows today.
func (s *Service) LogSource() publiclog.Source {
	return publiclog.Source{Kinds: []string{logPublication, logCorrection, logWithdrawal, logAnswer}, Content: s.logged, Subjects: s.subjects}
}

// logged is what was appended under the subject.
func (s *Service) logged(ctx context.Context, villageID, kind, name string) ([]byte, error) {
	part := strings.Split(name, "/")
	switch {
	case kind == logAnswer && len(part) == 3:
		return s.loggedAnswer(ctx, villageID, part[1], part[2])
	case kind == logWithdrawal && len(part) == 2, len(part) == 3:
	default:
		return nil, publiclog.ErrNoContent
	}
	var d model.Disclosure
	err := s.store.DB(ctx).Take(&d, "village_id = ? AND id = ?", villageID, part[1]).Error
	if errors.Is(err, gorm.ErrRecordNotFound) {
		return nil, publiclog.ErrNoContent
	}
	if err != nil || kind == logWithdrawal {
		return withdrawalContent(d), err
	}
	number, err := strconv.Atoi(part[2])
	if err != nil {
		return nil, publiclog.ErrNoContent
	}
	v, err := s.version(ctx, d, number)
	var content []byte
	if err == nil {
		content, err = s.content(ctx, d, v)
	}
	if model.IsCode(err, model.Unknown) {
		return nil, publiclog.ErrNoContent
	}
	return content, err
}

// loggedAnswer is the last answer; earlier ones stand in the case only.
func (s *Service) loggedAnswer(ctx context.Context, villageID, caseID, answer string) ([]byte, error) {
	var q model.DisclosureQuestion
	err := s.store.DB(ctx).Take(&q, "village_id = ? AND case_id = ?", villageID, caseID).Error
	switch {
	case errors.Is(err, gorm.ErrRecordNotFound):
		return nil, publiclog.ErrNoContent
	case err == nil && strconv.Itoa(q.Answers) != answer:
		return nil, publiclog.ErrNotKept
	}
	return answerContent(q), err
}

// subjects visits everything that must stand in the log.
func (s *Service) subjects(ctx context.Context, villageID string, visit func(kind, subject string) error) error {
	for after := ""; ; {
		var asked []model.DisclosureQuestion
		err := s.store.DB(ctx).Where("village_id = ? AND case_id > ?", villageID, after).Order("case_id").Limit(itemBatch).Find(&asked).Error
		if err != nil {
			return err
		}
		for _, q := range asked {
			if after = q.CaseID; q.Answers == 0 {
				continue
			}
			if err := visit(logAnswer, answerSubject(q)); err != nil {
				return err
			}
		}
		if len(asked) < itemBatch {
			return s.publications(ctx, villageID, visit)
		}
	}
}

// publications visits the versions and withdrawals.
func (s *Service) publications(ctx context.Context, villageID string, visit func(kind, subject string) error) error {
	for after := ""; ; {
		var ids []string
		err := s.store.DB(ctx).Model(&model.Disclosure{}).Where("village_id = ? AND state = ? AND id > ?", villageID, model.DisclosureWithdrawn, after).Order("id").Limit(itemBatch).Pluck("id", &ids).Error
		if err != nil {
			return err
		}
		for _, id := range ids {
			after = id
			if err := visit(logWithdrawal, "disclosure/"+id); err != nil {
				return err
			}
		}
		if len(ids) < itemBatch {
			return s.versions(ctx, villageID, visit)
		}
	}
}

// versions visits the published versions.
func (s *Service) versions(ctx context.Context, villageID string, visit func(kind, subject string) error) error {
	for after := ""; ; {
		var versions []model.DisclosureVersion
		err := s.store.DB(ctx).Select("disclosure_id", "version").Where("village_id = ? AND published_at > 0 AND disclosure_id > ?", villageID, after).
			Order("disclosure_id, version").Limit(itemBatch).Find(&versions).Error
		if err != nil || len(versions) == 0 {
			return err
		}
		last := versions[len(versions)-1].DisclosureID
		for _, v := range versions {
			if v.DisclosureID == last && len(versions) == itemBatch && versions[0].DisclosureID != last {
				break // all of its versions come with the next page
			}
			kind := logPublication
			if v.Version > 1 {
				kind = logCorrection
			}
			if err := visit(kind, fmt.Sprintf("disclosure/%s/%d", v.DisclosureID, v.Version)); err != nil {
				return err
			}
			after = v.DisclosureID
		}
		if len(versions) < itemBatch {
			return nil
		}
	}
}
