package dialogue_test

import (
	"bufio"
	"context"
	"fmt"
	"log/slog"
	"os"
	"regexp"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"cunwu/model"
	"cunwu/model/modeltest"
	"cunwu/service/audit"
	"cunwu/service/casework"
	"cunwu/service/dialogue"
	"cunwu/service/disclosure"
	"cunwu/service/help"
	"cunwu/service/media"
	"cunwu/service/membership"
	"cunwu/service/notice"
	"cunwu/service/poll"
	"cunwu/service/publiclog"
	"cunwu/service/village"
)

const (
	account     = "wx0000000000000001"
	miniAccount = "wx0000000000000002"
)

// place is a village with people, whose chats are played as scripts. Each line
// of a script is one of:
//
//	王小草: 路灯坏了        she says it; [语音], [图片], [菜单 ME], [扫码 bind_1], [关注], [取关], [位置 村口]
//	< 已收到                the answer contains this; several lines, all of them
//	<! 王                   the answer doesn't contain this
//	张明 ! 路灯坏了          a notice that contains this reached him since he last looked
//	张明 !! 路灯             no such notice did
//	+2h                     time passes, and what is due happens
//
// {code yunxi 王小草} in a line is a fresh invitation for her, {household 302} one
// for that household.
type place struct {
	t       *testing.T
	clock   *modeltest.Clock
	store   *model.Store
	people  *village.Service
	cases   *casework.Service
	notices *notice.Service
	members *membership.Service
	media   *media.Service
	polls   *poll.Service
	public  *disclosure.Service
	chat    *dialogue.Service
	phones  *phones
	last    model.Reply
	count   int
	home    string
}

// phones is the outside world: what each phone received.
type phones struct {
	mu       sync.Mutex
	received map[string][]string
	closed   map[string]bool
}

func (p *phones) Send(_ context.Context, o notice.Outgoing) error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed[o.OpenID] {
		return &model.SendError{Class: model.SendRecipient, Code: 45015}
	}
	text := o.Text
	if o.Media != nil {
		text = "[" + o.Media.Kind + "]"
	}
	p.received[o.OpenID] = append(p.received[o.OpenID], text)
	return nil
}

func (p *phones) take(name string) []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.received[name]
}

func (p *phones) clear(name string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	delete(p.received, name)
}

// Fetch gives every voice the same few frames of AMR.
func (p *phones) Fetch(context.Context, string, string, int64) (string, []byte, error) {
	return "audio/amr", append([]byte("#!AMR\n"), make([]byte, 64)...), nil
}

// resident of the test's village: name, household, relation, roles.
type resident struct {
	name, household, relation string
	roles                     []model.Role
	bound                     bool
}

func residents() []resident {
	return []resident{
		{"王小草", "301", "户主", nil, true},
		{"张明", "101", "户主", []model.Role{model.RoleBranchSecretary}, true},
		{"张桂兰", "101", "配偶", nil, true},
		{"赵志强", "204", "户主", []model.Role{model.RoleCommittee}, true},
		{"刘芳", "303", "户主", []model.Role{model.RoleGridWorker}, true},
		{"孙有田", "102", "户主", []model.Role{model.RoleSupervisor}, true},
		{"陈勇", "205", "户主", nil, true},
		{"王大山", "302", "户主", nil, false},
		{"李秀英", "302", "配偶", nil, false},
	}
}

// settled is what the first place of the test program came to, from which SQLite's
// others are copied.
var settled struct {
	sync.Mutex
	file     []byte
	received map[string][]string
	last     model.Reply
	count    int
}

func newPlace(t *testing.T) *place {
	t.Helper()
	settled.Lock()
	defer settled.Unlock()
	p := &place{t: t, clock: modeltest.NewClock(), phones: &phones{received: map[string][]string{}, closed: map[string]bool{}}, home: "yunxi"}
	dialect, dsn := modeltest.NewDatabase(t)
	if settled.file == nil {
		p.open(dialect, dsn)
		p.settle()
		if dialect != model.SQLite {
			return p
		}
		p.must(p.store.Close())
		file, err := os.ReadFile(dsn)
		p.must(err)
		settled.file, settled.received, settled.last, settled.count = file, p.phones.received, p.last, p.count
	}
	p.must(os.WriteFile(dsn, settled.file, 0o600))
	p.phones.received = map[string][]string{} // the first place's too: what is settled stays as it was
	for who, texts := range settled.received {
		p.phones.received[who] = slices.Clone(texts)
	}
	p.last, p.count = settled.last, settled.count
	p.open(dialect, dsn)
	return p
}

// open opens the village's rooms on its database.
func (p *place) open(dialect, dsn string) {
	p.store = modeltest.OpenStore(p.t, dialect, dsn, p.clock.Now)
	keys, err := model.NewKeyring([]byte("0123456789abcdef0123456789abcdef"))
	p.must(err)
	log := audit.New(p.store)
	p.media = media.New(p.store, p.phones, media.NewFolder(p.t.TempDir()), slog.New(slog.DiscardHandler))
	p.notices = notice.New(p.store, p.phones, notice.Options{Files: p.file})
	p.people = village.New(p.store, keys, log, village.Hooks{
		RoleEnded: func(ctx context.Context, unit string, who model.Person) error {
			return p.cases.RoleEnded(ctx, unit, who)
		},
		RoleGranted: func(ctx context.Context, unit string) error { return p.cases.RoleGranted(ctx, unit) },
		Gone:        func(ctx context.Context, who model.Person) error { return p.members.PersonGone(ctx, who) },
	})
	p.cases = casework.New(p.store, p.people, p.notices, log, help.Kind(), membership.CorrectionKind(func() *membership.Service { return p.members }),
		disclosure.Kind(func(ctx context.Context, actor model.Actor, c model.Case, said casework.Said) error {
			return p.public.Answered(ctx, actor, c, said)
		}))
	p.members = membership.New(p.store, keys, p.people, p.cases, p.notices, log, membership.Options{Mini: miniAccount})
	p.polls = poll.New(p.store, keys, poll.Rooms{People: p.people, Notices: p.notices, Log: publiclog.New(p.store, keys), Audit: log}, poll.Options{BaseURL: "https://village.example"})
	p.public = disclosure.New(p.store, disclosure.Rooms{People: p.people, Cases: p.cases, Notices: p.notices, Log: publiclog.New(p.store, keys), Audit: log})
	p.chat = dialogue.New(p.store, dialogue.Rooms{People: p.people, Cases: p.cases, Help: help.New(p.store, p.cases, p.people), Notices: p.notices, Media: p.media, Members: p.members, Polls: p.polls, Public: p.public},
		func(string) string { return p.home })
}

func (p *place) file(ctx context.Context, villageID, mediaID string) (*notice.File, error) {
	f, err := p.media.Open(ctx, villageID, mediaID)
	if err != nil || f == nil {
		return nil, err
	}
	return &notice.File{Kind: f.Kind, ContentType: f.ContentType, Body: f.Body}, nil
}

func (p *place) settle() {
	ctx, desk := context.Background(), model.Console()
	for _, u := range []village.NewUnit{
		{Code: "xishan", Name: "西山镇", Kind: model.UnitTownship},
		{Code: "yunxi", Name: "云溪村", Kind: model.UnitVillage, Township: "xishan"},
		{Code: "heping", Name: "和平村", Kind: model.UnitVillage, Township: "xishan"},
	} {
		_, err := p.people.Create(ctx, desk, u)
		p.must(err)
	}
	p.roster("yunxi", residents())
	for _, r := range residents() {
		for _, role := range r.roles {
			_, err := p.people.Grant(ctx, desk, village.GrantRole{Unit: "yunxi", Name: r.name, Role: role})
			p.must(err)
		}
	}
	_, err := p.people.Grant(ctx, desk, village.GrantRole{Unit: "xishan", Name: "周丽", Role: model.RoleTownship})
	p.must(err)
	for _, r := range residents() {
		if r.bound {
			p.play(r.name + ": 绑定 {code yunxi " + r.name + "}")
		}
	}
	p.play("周丽: 绑定 {code xishan 周丽}")
}

// roster imports people with made-up numbers.
func (p *place) roster(unit string, people []resident) {
	lines := []string{"姓名,性别,身份证号,手机号,户号,与户主关系,村民小组,户籍,现居地,政治面貌"}
	for i, r := range people {
		lines = append(lines, fmt.Sprintf("%s,男,%s,1990000%s%02d,%s,%s,第1组,本村,本村,群众", r.name, idNumber(p.t, unit, i), map[string]string{"yunxi": "01", "heping": "02"}[unit], i, r.household, r.relation))
	}
	_, err := p.people.Import(context.Background(), model.Console(), unit, "roster.csv", strings.NewReader(strings.Join(lines, "\n")))
	p.must(err)
}

func idNumber(t *testing.T, unit string, i int) string {
	first := fmt.Sprintf("990000198001%02d%03d", 1+i%28, 2*i+1)
	if unit == "heping" {
		first = fmt.Sprintf("990001198001%02d%03d", 1+i%28, 2*i+1)
	}
	for _, check := range "0123456789X" {
		if id, err := model.ParseIDNumber(first + string(check)); err == nil {
			return string(id)
		}
	}
	t.Fatal("no check digit fits")
	return ""
}

func (p *place) actor(name string) model.Actor {
	p.t.Helper()
	sender, err := p.people.Sender(context.Background(), account, name, p.home)
	p.must(err)
	return sender.Actor
}

func (p *place) must(err error) {
	p.t.Helper()
	if err != nil {
		p.t.Fatal(err)
	}
}

var codeForm = regexp.MustCompile(`\{(code|household) (?:(\S+) )?(\S+)\}`)

// play plays a script.
func (p *place) play(script string) {
	p.t.Helper()
	lines := bufio.NewScanner(strings.NewReader(script))
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimSpace(lines.Text())
		line = codeForm.ReplaceAllStringFunc(line, func(m string) string {
			part := codeForm.FindStringSubmatch(m)
			in := village.NewInvitation{Unit: part[2], Name: part[3]}
			if part[1] == "household" {
				in = village.NewInvitation{Unit: "yunxi", HouseholdNo: part[3]}
			}
			code, _, err := p.people.Invite(context.Background(), model.Console(), in)
			p.must(err)
			return code
		})
		if line != "" && !strings.HasPrefix(line, "//") {
			p.line(n, line)
		}
	}
}

func (p *place) line(n int, line string) {
	p.t.Helper()
	name, rest, _ := strings.Cut(line, " ")
	switch {
	case strings.HasPrefix(line, "+"):
		d, err := time.ParseDuration(line[1:])
		p.must(err)
		p.pass(d)
	case strings.HasPrefix(line, "<! "):
		if strings.Contains(p.last.Text, line[3:]) {
			p.t.Fatalf("line %d: the answer contains %q:\n%s", n, line[3:], p.last.Text)
		}
	case strings.HasPrefix(line, "< "):
		if !strings.Contains(p.last.Text, strings.TrimSpace(line[2:])) {
			p.t.Fatalf("line %d: the answer lacks %q:\n%s", n, line[2:], p.last.Text)
		}
	case line == "<":
		if p.last.Text != "" {
			p.t.Fatalf("line %d: an answer where none was wanted:\n%s", n, p.last.Text)
		}
	case strings.HasPrefix(rest, "!! "):
		if got := strings.Join(p.phones.take(name), "\n---\n"); strings.Contains(got, rest[3:]) {
			p.t.Fatalf("line %d: %s got a notice with %q:\n%s", n, name, rest[3:], got)
		}
	case strings.HasPrefix(rest, "! "):
		got := strings.Join(p.phones.take(name), "\n---\n")
		if !strings.Contains(got, rest[2:]) {
			p.t.Fatalf("line %d: %s got no notice with %q, but:\n%s", n, name, rest[2:], got)
		}
	default:
		who, words, ok := strings.Cut(line, ": ")
		if !ok {
			p.t.Fatalf("line %d isn't a line of a script: %s", n, line)
		}
		p.phones.clear(who)
		p.say(who, words)
	}
}

// pass lets time pass and does what is due.
func (p *place) pass(d time.Duration) {
	p.t.Helper()
	p.clock.Advance(d)
	p.work()
}

func (p *place) work() {
	p.t.Helper()
	ctx := context.Background()
	_, err := p.chat.SettleDue(ctx)
	p.must(err)
	_, err = p.cases.EscalateDue(ctx)
	p.must(err)
	_, err = p.media.FetchDue(ctx)
	p.must(err)
	_, err = p.polls.OpenDue(ctx)
	p.must(err)
	_, err = p.polls.CloseDue(ctx)
	p.must(err)
	_, err = p.polls.TellDue(ctx)
	p.must(err)
	_, err = p.notices.SendDue(ctx)
	p.must(err)
}

var gestures = regexp.MustCompile(`^\[(语音|图片|菜单|扫码|关注|取关|位置)\s*(\S*)\]$`)

// say has somebody do something on the phone, and the server answer.
func (p *place) say(who, words string) {
	p.t.Helper()
	p.clock.Advance(time.Second)
	p.last = p.receive(p.incoming(who + ": " + words))
	p.work()
}

// incoming is what a line of a script does.
func (p *place) incoming(line string) model.Incoming {
	who, words, _ := strings.Cut(line, ": ")
	p.count++
	in := model.Incoming{Account: account, OpenID: who, Key: fmt.Sprint(p.count), Kind: model.InText, Text: words, SentAt: p.clock.Now()}
	m := gestures.FindStringSubmatch(words)
	if m == nil {
		return in
	}
	in.Text = ""
	switch m[1] {
	case "语音":
		in.Kind, in.MediaID = model.InVoice, fmt.Sprint("voice", p.count)
	case "图片":
		in.Kind, in.MediaID = model.InPicture, fmt.Sprint("picture", p.count)
	case "菜单":
		in.Kind, in.EventKey = model.InClick, m[2]
	case "扫码":
		in.Kind, in.EventKey = model.InScan, m[2]
	case "关注":
		in.Kind, in.EventKey = model.InFollow, m[2]
	case "取关":
		in.Kind = model.InUnfollow
	case "位置":
		in.Kind, in.Text, in.Latitude, in.Longitude = model.InLocation, m[2], 28.5, 119.2
	}
	return in
}

// receive does what the inbox does around a turn: one transaction, a known error
// is the answer.
func (p *place) receive(in model.Incoming) model.Reply {
	p.t.Helper()
	var reply model.Reply
	p.must(p.store.Tx(context.Background(), func(ctx context.Context) error {
		var err error
		reply, err = p.chat.Turn(ctx, in)
		if known := model.AsError(err); known != nil {
			reply = model.Reply{Text: known.Message}
			return nil //nolint:nilerr // as the inbox does
		}
		return err
	}))
	return reply
}
