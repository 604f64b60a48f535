package simulator

import "time"

// known is the account of an appid and secret; the caller holds mu.
func (s *Simulator) known(appID, secret string) (*account, *apiError) {
	switch {
	case appID == "":
		return nil, failure(41002, "appid missing")
	case secret == "":
		return nil, failure(41004, "appsecret missing")
	}
	a := s.accounts[appID]
	switch {
	case a == nil:
		return nil, failure(40013, "invalid appid")
	case a.Secret != secret:
		return nil, failure(40125, "invalid appsecret")
	}
	return a, nil
}

func (s *Simulator) getToken(req *request) (any, *apiError) {
	if req.query.Get("grant_type") != "client_credential" {
		return nil, failure(40002, "invalid grant_type")
	}
	a, failed := s.known(req.query.Get("appid"), req.query.Get("secret"))
	if failed != nil {
		return nil, failed
	}
	req.account = a
	return s.tokenAnswer(s.plainToken(a)), nil
}

func (s *Simulator) getStableToken(req *request) (any, *apiError) {
	var in struct {
		GrantType string `json:"grant_type"`
		AppID     string `json:"appid"`
		Secret    string `json:"secret"`
		Force     bool   `json:"force_refresh"`
	}
	if failed := req.read(&in); failed != nil {
		return nil, failed
	}
	if in.GrantType != "client_credential" {
		return nil, failure(40002, "invalid grant_type")
	}
	a, failed := s.known(in.AppID, in.Secret)
	if failed != nil {
		return nil, failed
	}
	req.account = a
	t, failed := s.stableToken(a, in.Force)
	if failed != nil {
		return nil, failed
	}
	return s.tokenAnswer(t), nil
}

func (s *Simulator) tokenAnswer(t *token) object {
	return object{"access_token": t.value, "expires_in": int64(t.expires.Sub(s.now()) / time.Second)}
}

func (s *Simulator) getTicket(req *request) (any, *apiError) {
	if kind := req.query.Get("type"); kind != "jsapi" && kind != "wx_card" {
		return nil, failure(40097, "invalid args")
	}
	return ok(object{"ticket": "sM4AOVdWfPE4DxkXGEs8V" + digest(40, "ticket", req.account.AppID), "expires_in": 7200}), nil
}

func (s *Simulator) getAddresses(*request) (any, *apiError) {
	return object{"ip_list": []string{"127.0.0.1"}}, nil
}
