package mediation

import (
	"archive/zip"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"cunwu/model"
	"cunwu/service/paper"
)

const archiveBatch = 50

// WriteArchive writes the files (卷宗) of the disputes that ended in a year as a
// zip: 目录.pdf, and for each dispute its course and, where there is one, the
// sealed agreement. It is for the supervising township, and each file it holds is
// noted as read.
func (s *Service) WriteArchive(ctx context.Context, actor model.Actor, villageID string, year int, w io.Writer) error {
	if err := actor.Require(model.VerbSupervise, villageID); err != nil {
		return err
	}
	unit, err := s.People.Get(ctx, villageID)
	if err != nil {
		return err
	}
	if err := s.Press.Ready(); err != nil { // first, so that a missing font is refused before anything is written
		return err
	}
	archive := zip.NewWriter(w)
	lines := []string{fmt.Sprintf("%s人民调解委员会%d年卷宗目录", unit.Name, year), "", "编号　类别　当事人　受理　结束　结果"}
	from := model.At(time.Date(year, 1, 1, 0, 0, 0, 0, model.Shanghai))
	to, after := model.At(from.AddDate(1, 0, 0)), ""
	for {
		var rows []model.Dispute
		err := s.store.DB(ctx).Select("village_id", "id", "closed_at").Where("village_id = ? AND closed_at >= ? AND closed_at < ? AND (closed_at > ? OR id > ?)", villageID, from, to, from, after).
			Order("closed_at, id").Limit(archiveBatch).Find(&rows).Error
		if err != nil {
			return err
		}
		for _, row := range rows {
			line, err := s.archiveOne(ctx, actor, RefOf(row), archive)
			if err != nil {
				return err
			}
			lines = append(lines, line)
			from, after = row.ClosedAt, row.ID
		}
		if len(rows) < archiveBatch {
			break
		}
	}
	data, err := s.Press.PDF(ctx, paper.Sheet{paper.Text{Text: strings.Join(lines, "\n")}})
	if err != nil {
		return err
	}
	if err := put(archive, "目录.pdf", data); err != nil {
		return err
	}
	return archive.Close()
}

// archiveOne puts one dispute's file into the zip and returns its line of the index.
func (s *Service) archiveOne(ctx context.Context, actor model.Actor, ref Ref, archive *zip.Writer) (string, error) {
	v, err := s.Get(ctx, actor, ref)
	if err != nil {
		return "", err
	}
	folder := fmt.Sprintf("%d号/", v.Dispute.Number)
	if err := put(archive, folder+"卷宗.txt", []byte(v.record())); err != nil {
		return "", err
	}
	if v.Agreement != nil && !v.Agreement.EffectiveAt.IsZero() {
		data, err := s.paperOf(ctx, v)
		if err != nil {
			return "", err
		}
		if err := put(archive, folder+"协议书.pdf", data); err != nil {
			return "", err
		}
	}
	var names []string
	for _, p := range v.Parties {
		names = append(names, p.Name)
	}
	d := v.Dispute
	return fmt.Sprintf("%d　%s　%s　%s　%s　%s", d.Number, d.Kind, strings.Join(names, "、"), d.FiledAt.Format("1月2日"), d.ClosedAt.Format("1月2日"), StateName(d)), nil
}

// record is the whole course as text.
func (v View) record() string {
	d := v.Dispute
	lines := []string{fmt.Sprintf("#%d %s纠纷：%s", d.Number, d.Kind, StateName(d)), v.people(),
		"受理：" + d.FiledAt.Format("2006-01-02") + "　结束：" + d.ClosedAt.Format("2006-01-02"), d.Reason}
	if d.Report != "" {
		lines = append(lines, "危险报告（"+d.ReportedBy+"）："+d.Report)
	}
	if len(v.Words) == wordsRead {
		lines = append(lines, fmt.Sprintf("（只列最近%d条，更早的在系统里）", wordsRead))
	}
	for _, w := range v.Words {
		text := w.Text
		if w.MediaID != "" {
			text += "［附件 " + w.MediaID + "］"
		}
		lines = append(lines, fmt.Sprintf("%s %s对%s：%s", w.At.Format("2006-01-02 15:04"), w.ByName, SideName(w.Audience), text))
	}
	for _, m := range v.Sessions {
		if !m.HeldAt.IsZero() {
			lines = append(lines, fmt.Sprintf("%s 调解会，到场：%s。%s", m.HeldAt.Format("2006-01-02 15:04"), m.Attended, m.Record))
		}
	}
	for _, p := range v.Promises {
		lines = append(lines, fmt.Sprintf("约定：%s在%s前%s%s：%s", SideName(p.BySide), dayWords(p.DueOn), p.What, yuanWords(p.AmountFen), PromiseName(p.State)))
	}
	return strings.Join(nonEmpty(lines), "\n") + "\n"
}

// PromiseName says what became of a promise.
func PromiseName(state string) string {
	return map[string]string{model.PromiseDue: "未到期", model.PromiseKept: "已履行", model.PromiseBroken: "没有履行", model.PromiseAssumed: "对方没有提出异议"}[state]
}

func put(archive *zip.Writer, name string, data []byte) error {
	w, err := archive.Create(name)
	if err == nil {
		_, err = w.Write(data)
	}
	return err
}
