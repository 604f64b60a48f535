package simulator

import (
	"crypto/sha256"
	"encoding/base64"
	"strings"
	"time"
)

const loginsPerMinute = 100

// exchangeLogin is sns/jscode2session.
func (s *Simulator) exchangeLogin(req *request) (any, *apiError) {
	if req.query.Get("grant_type") != "authorization_code" {
		return nil, failure(40002, "invalid grant_type")
	}
	a, failed := s.known(req.query.Get("appid"), req.query.Get("secret"))
	if failed != nil {
		return nil, failed
	}
	req.account = a
	if a.Kind != KindMini {
		return nil, failure(48001, "api unauthorized")
	}
	value := req.query.Get("js_code")
	if value == "" {
		return nil, failure(41008, "missing code")
	}
	c, failed := s.takeCode(value, codeLogin, a.AppID)
	if failed != nil {
		return nil, failed
	}
	p := s.people[c.person]
	req.person = p.Key
	if !s.allowLogin(p) {
		return nil, failure(45011, "api minute-quota reach limit")
	}
	key := sha256.Sum256([]byte(value))
	out := object{"openid": openID(a.AppID, p.Key), "session_key": base64.StdEncoding.EncodeToString(key[:16])}
	if !a.Separate {
		out["unionid"] = p.UnionID
	}
	return out, nil
}

// allowLogin counts a person's logins in the last minute.
func (s *Simulator) allowLogin(p *person) bool {
	now := s.now()
	kept := p.logins[:0]
	for _, at := range p.logins {
		if now.Sub(at) < time.Minute {
			kept = append(kept, at)
		}
	}
	p.logins = append(kept, now)
	return len(p.logins) <= loginsPerMinute
}

// exchangePhone is wxa/business/getuserphonenumber.
func (s *Simulator) exchangePhone(req *request) (any, *apiError) {
	var in struct {
		Code string `json:"code"`
	}
	if failed := req.read(&in); failed != nil {
		return nil, failed
	}
	c, failed := s.takeCode(in.Code, codePhone, req.account.AppID)
	if failed != nil {
		return nil, failure(40029, "invalid code") // a used phone code too
	}
	req.person = c.person
	pure := strings.TrimPrefix(c.phone, "+86")
	return ok(object{"phone_info": object{
		"phoneNumber": pure, "purePhoneNumber": pure, "countryCode": "86",
		"watermark": object{"timestamp": s.now().Unix(), "appid": req.account.AppID},
	}}), nil
}

// getUser is cgi-bin/user/info.
func (s *Simulator) getUser(req *request) (any, *apiError) {
	a := req.account
	p, failed := s.recipient(req, req.query.Get("openid"))
	if failed != nil {
		return nil, failed
	}
	out := object{"subscribe": 0, "openid": openID(a.AppID, p.Key)}
	if !a.Separate {
		out["unionid"] = p.UnionID
	}
	since, follows := a.followers[p.Key]
	if !follows {
		return out, nil
	}
	out["subscribe"], out["language"], out["subscribe_time"] = 1, "zh_CN", since.Unix()
	out["remark"], out["groupid"], out["tagid_list"] = "", 0, []int{}
	out["subscribe_scene"], out["qr_scene"], out["qr_scene_str"] = "ADD_SCENE_SEARCH", 0, ""
	if scene := a.scenes[p.Key]; scene != "" {
		out["subscribe_scene"], out["qr_scene_str"] = "ADD_SCENE_QR_CODE", scene
	}
	return out, nil
}

// listUsers is cgi-bin/user/get, in one page of up to 10,000.
func (s *Simulator) listUsers(req *request) (any, *apiError) {
	ids := []string{}
	for _, key := range s.roll {
		if req.account.follows(key) {
			ids = append(ids, openID(req.account.AppID, key))
		}
	}
	last := ""
	if len(ids) > 0 {
		last = ids[len(ids)-1]
	}
	if next := req.query.Get("next_openid"); next != "" {
		return object{"total": len(ids), "count": 0, "next_openid": ""}, nil
	}
	return object{"total": len(ids), "count": len(ids), "data": object{"openid": ids}, "next_openid": last}, nil
}

// recipient is the person behind an openid of the calling account.
func (s *Simulator) recipient(req *request, openid string) (*person, *apiError) {
	if openid == "" {
		return nil, failure(41009, "missing openid")
	}
	key, ok := req.account.openids[openid]
	if !ok {
		return nil, failure(40003, "invalid openid")
	}
	req.person = key
	return s.people[key], nil
}
