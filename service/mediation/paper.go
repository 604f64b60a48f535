package mediation

import (
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"fmt"
	"strings"

	"cunwu/model"
	"cunwu/service/paper"
)

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
	return s.Press.PDF(ctx, paper.Sheet{
		paper.Text{Text: title, Size: 18},
		paper.Text{Text: body + strings.Join(lines, "\n")},
		paper.Text{Text: "正文校验码（SHA-256）：" + a.Hash + "\n印章校验码：" + seal, Size: 8},
	})
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
