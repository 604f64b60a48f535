package mediation

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"os"
	"strings"

	"github.com/signintech/gopdf"

	"cunwu/model"
)

// paper is a sheet in the making: A4, one font, plain text.
type paper struct {
	pdf     *gopdf.GoPdf
	missing []string // characters that the font lacks: they would be blank
	size    int
}

const (
	paperMargin = 56.0
	paperLine   = 20.0
	paperText   = 12
	paperTitle  = 18
	paperSmall  = 8
)

// newPaper opens a sheet with the font that the settings name.
func (s *Service) newPaper() (*paper, error) {
	if s.Font == "" {
		return nil, model.Errorf(model.Away, "服务器没有装中文字体，暂时不能出PDF。请联系系统管理员")
	}
	data, err := os.ReadFile(s.Font)
	if err != nil {
		return nil, model.Errorf(model.Away, "服务器的中文字体打不开，暂时不能出PDF。请联系系统管理员").Because(err)
	}
	p := &paper{pdf: &gopdf.GoPdf{}}
	p.pdf.Start(gopdf.Config{PageSize: *gopdf.PageSizeA4})
	err = p.pdf.AddTTFFontDataWithOption("text", data, gopdf.TtfOption{OnGlyphNotFound: func(r rune) {
		if r > ' ' {
			p.missing = append(p.missing, string(r))
		}
	}, OnGlyphNotFoundSubstitute: gopdf.DefaultOnGlyphNotFoundSubstitute})
	if err != nil {
		return nil, model.Errorf(model.Away, "服务器的中文字体用不了（要TTF），暂时不能出PDF。请联系系统管理员").Because(err)
	}
	p.pdf.SetMargins(paperMargin, paperMargin, paperMargin, paperMargin)
	p.page()
	return p, p.font(paperText)
}

func (p *paper) page() {
	p.pdf.AddPage()
	p.pdf.SetXY(paperMargin, paperMargin)
}

func (p *paper) font(size int) error {
	p.size = size
	return p.pdf.SetFont("text", "", size)
}

// write puts the text down, line by line, on as many pages as it needs.
func (p *paper) write(text string) error {
	height := paperLine * float64(p.size) / paperText
	for line := range strings.SplitSeq(text, "\n") {
		parts := []string{""}
		if line != "" {
			var err error
			if parts, err = p.pdf.SplitText(line, gopdf.PageSizeA4.W-2*paperMargin); err != nil {
				return err
			}
		}
		for _, part := range parts {
			if p.pdf.GetY()+height > gopdf.PageSizeA4.H-paperMargin {
				p.page()
			}
			p.pdf.SetX(paperMargin)
			if err := p.pdf.Cell(nil, part); err != nil {
				return err
			}
			p.pdf.Br(height)
		}
	}
	return nil
}

// bytes is the file; a character that would be blank in it is refused.
func (p *paper) bytes() ([]byte, error) {
	if len(p.missing) > 0 {
		return nil, model.Errorf(model.Away, "字体里没有“%s”字，PDF会缺字，不能出。请系统管理员换一个字更全的字体", p.missing[0])
	}
	return p.pdf.GetBytesPdfReturnErr()
}

// Paper is the sealed agreement as a PDF, for its parties, its mediator and the
// township: the text as it was signed, who signed it, and the committee's seal,
// which CheckSeal verifies.
func (s *Service) Paper(ctx context.Context, actor model.Actor, ref Ref) ([]byte, error) {
	v, err := s.Get(ctx, actor, ref)
	if err != nil {
		return nil, err
	}
	if v.Agreement == nil || v.Agreement.EffectiveAt.IsZero() {
		return nil, model.Errorf(model.Unknown, "#%d 没有生效的协议", v.Dispute.Number)
	}
	return s.paperOf(ctx, v)
}

func (s *Service) paperOf(ctx context.Context, v View) ([]byte, error) {
	a := *v.Agreement
	unit, err := s.People.Get(ctx, v.Dispute.VillageID)
	if err != nil {
		return nil, err
	}
	seal, err := s.seal(ctx, v.Dispute, a)
	if err != nil {
		return nil, err
	}
	p, err := s.newPaper()
	if err != nil {
		return nil, err
	}
	title, body, _ := strings.Cut(a.Text, "\n")
	lines := []string{"", "签名："}
	for _, x := range v.Signatures {
		lines = append(lines, fmt.Sprintf("%s %s　%s　微信实名绑定本人确认", SideName(x.Part), x.Name, x.At.Format("2006年1月2日 15:04")))
	}
	switch a.Form {
	case model.FormOral:
		lines[1] = "口头协议，由调解员记录。"
	case model.FormInk:
		lines[1] = "各方在纸上签名，签名页存卷。"
	}
	lines = append(lines, "", unit.Name+"人民调解委员会（电子印章）", "生效日期："+a.EffectiveAt.Format("2006年1月2日"))
	for _, part := range []struct {
		size int
		text string
	}{{paperTitle, title}, {paperText, body + strings.Join(lines, "\n")}, {paperSmall, "正文校验码（SHA-256）：" + a.Hash + "\n印章校验码：" + seal}} {
		if err := p.font(part.size); err != nil {
			return nil, err
		}
		if err := p.write(part.text); err != nil {
			return nil, err
		}
	}
	return p.bytes()
}

// Seal is the committee's seal under the agreement in effect, as the paper shows it.
func (s *Service) Seal(ctx context.Context, actor model.Actor, ref Ref) (string, error) {
	v, err := s.Get(ctx, actor, ref)
	if err != nil {
		return "", err
	}
	if v.Agreement == nil || v.Agreement.EffectiveAt.IsZero() {
		return "", model.Errorf(model.Unknown, "#%d 没有生效的协议", v.Dispute.Number)
	}
	return s.seal(ctx, v.Dispute, *v.Agreement)
}

// seal signs what the agreement says and since when, with the key of the
// village's committee.
func (s *Service) seal(ctx context.Context, d model.Dispute, a model.DisputeAgreement) (string, error) {
	key, err := s.sealKey(ctx, d.VillageID)
	if err != nil {
		return "", err
	}
	return base64.RawURLEncoding.EncodeToString(ed25519.Sign(key, sealed(d, a))), nil
}

// CheckSeal says whether the seal was put under exactly this agreement.
func (s *Service) CheckSeal(ctx context.Context, d model.Dispute, a model.DisputeAgreement, seal string) (bool, error) {
	key, err := s.sealKey(ctx, d.VillageID)
	if err != nil {
		return false, err
	}
	raw, err := base64.RawURLEncoding.DecodeString(seal)
	if err != nil || hashOf(a.Text) != a.Hash {
		return false, nil //nolint:nilerr // no seal at all
	}
	public, ok := key.Public().(ed25519.PublicKey)
	return ok && ed25519.Verify(public, sealed(d, a), raw), nil
}

func (s *Service) sealKey(ctx context.Context, villageID string) (ed25519.PrivateKey, error) {
	if s.Keys == nil {
		return nil, model.Errorf(model.Away, "没有配置印章密钥，暂时不能出PDF。请联系系统管理员")
	}
	seed, err := s.store.LastingKey(ctx, s.Keys, "mediation/seal/"+villageID, true)
	if err != nil {
		return nil, err
	}
	return ed25519.NewKeyFromSeed(seed), nil
}

func sealed(d model.Dispute, a model.DisputeAgreement) []byte {
	return fmt.Appendf(nil, "cunwu mediation agreement\n%s\n%d\n%d\n%s\n%d", d.VillageID, d.Number, a.Version, a.Hash, a.EffectiveAt.UnixMilli())
}
