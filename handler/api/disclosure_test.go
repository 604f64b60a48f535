package api_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"io"
	"mime/multipart"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"
	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"

	"cunwu/handler/api"
	"cunwu/model"
)

// Who is who: 王强 is the committee, 孙正 supervises, 张明 and 李娟 lead the branch,
// 周镇 is the township's, 吴芳 is in the Party, 郑平 isn't.
func newBoard(t *testing.T) *house {
	h := newHouse(t)
	h.clock.Set(time.Date(2026, 1, 5, 9, 0, 0, 0, model.Shanghai))
	h.ok(h.store.DB(h.ctx).Model(&model.Village{}).Where("id = ?", "yunxi").UpdateColumn("created_at", model.At(h.clock.Now())).Error)
	h.settle("yunxi", "王强", "孙正", "张明", "李娟", "吴芳", "郑平")
	for name, role := range map[string]model.Role{"王强": model.RoleCommittee, "孙正": model.RoleSupervisor, "张明": model.RoleBranchSecretary, "李娟": model.RoleFirstSecretary} {
		h.grant("yunxi", name, role)
	}
	h.ok(h.store.DB(h.ctx).Model(&model.Villager{}).Where("village_id = ? AND name = ?", "yunxi", "吴芳").UpdateColumn("political", "中共党员").Error)
	h.clock.Set(time.Date(2026, 2, 3, 9, 0, 0, 0, model.Shanghai))
	return h
}

func (h *house) of(name string) string { return h.token("yunxi", name) }

// file is an upload of somebody's; its id.
func (h *house) file(name, filename string, content []byte) string {
	h.t.Helper()
	body, header := formFile(h.t, filename, content)
	return h.post(h.of(name), "/uploads", body, header...).want(201).text("id")
}

func formFile(t testing.TB, filename string, content []byte) (body string, header []string) {
	t.Helper()
	var out bytes.Buffer
	w := multipart.NewWriter(&out)
	part, err := w.CreateFormFile("file", filename)
	if err == nil {
		_, err = part.Write(content)
	}
	if err == nil {
		err = w.Close()
	}
	if err != nil {
		t.Fatal(err)
	}
	return out.String(), []string{"Content-Type", w.FormDataContentType()}
}

// filled is the template that the server gives, filled in for January.
func (h *house) filled(opening, income, expense, closing string) []byte {
	h.t.Helper()
	file, err := excelize.OpenReader(bytes.NewReader(h.get("", "/disclosures/template").want(200).body))
	h.ok(err)
	for cell, text := range map[string]string{"B2": opening, "B4": "2026年1月10日", "C4": "鱼塘承包费", "D4": "经营收入", "E4": income, "G4": "李大山", "H4": "张明",
		"B5": "2026-01-15", "C5": "修村东机耕路", "D5": "公益支出", "F5": expense, "G5": "西山建材店", "H5": "张明", "I5": "Z001", "B34": closing} {
		h.ok(file.SetCellValue("Sheet1", cell, text))
	}
	var out bytes.Buffer
	h.ok(file.Write(&out))
	return out.Bytes()
}

func (h *house) digest(name, id string) string {
	h.t.Helper()
	return h.get(h.of(name), "/disclosures/"+id+"?version=-1").want(200).text("digest")
}

// stood signs and publishes what 王强 wrote.
func (h *house) stood(id string) {
	h.t.Helper()
	h.post(h.of("孙正"), "/disclosures/"+id+"/sign", fields{"digest": h.digest("孙正", id)}).want(200)
	h.post(h.of("王强"), "/disclosures/"+id+"/publish", fields{}).want(200)
}

func (h *house) wrote(what fields) string {
	h.t.Helper()
	a := h.post(h.of("王强"), "/disclosures", what).want(201)
	if a.text("state") != "draft" {
		h.t.Errorf("%s", a.body)
	}
	return a.text("id")
}

func (h *house) sealed() {
	h.t.Helper()
	_, err := h.deps.Ledger.SealDue(h.ctx)
	h.ok(err)
}

// has wants the answer's text to contain, or (with !) not to contain, words.
func (a answered) has(words ...string) {
	a.t.Helper()
	for _, w := range words {
		bare, not := strings.CutPrefix(w, "!")
		if strings.Contains(string(a.body), bare) == not {
			a.t.Errorf("want %q in %.600s", w, a.body)
		}
	}
}

// A month's accounts go from the template to the village and are asked about.
func TestAccountsArePublishedAndAskedAbout(t *testing.T) {
	h := newBoard(t)
	h.get("", "/disclosures/calendar?village=yunxi").want(200).has(`"period":"2026-01"`, `"state":"due"`)
	sheet := h.file("王强", "一月.xlsx", h.filled("1,000.00", "28000", "12600.50", "16399.50"))
	id := h.wrote(fields{"kind": "finance", "period": "2026-01", "finance_upload_id": sheet})
	h.get("", "/disclosures/"+id).want(404)
	h.get(h.of("郑平"), "/disclosures/"+id).want(404)
	h.get(h.of("孙正"), "/disclosures?state=draft").want(200).has(id)
	h.post(h.of("王强"), "/disclosures/"+id+"/publish", fields{}).want(409).has("村务监督委员会签字")
	h.post(h.of("孙正"), "/disclosures/"+id+"/sign", fields{"digest": "another"}).want(409).has("刚改过")
	h.stood(id)

	seen := h.get("", "/disclosures/"+id).want(200)
	seen.has("2026年1月财务公开", `"closing":1639950`, `"signed":{"name":"孙正"`, "!digest")
	h.get("", "/disclosures?village=yunxi&kind=finance").want(200).has(id)
	h.get("", "/disclosures?village=yunxi&kind=land").want(200).has("!" + id)
	h.get("", "/disclosures").want(422).has("哪个村")
	h.get("", "/disclosures/"+id+"/categories").want(200).has(`"category":"经营收入","income":true,"amount":2800000,"items":1`)
	h.get("", "/disclosures/year?village=yunxi&year=2026").want(200).has(`"period":"2026-01","published":true`, `"period":"2026-02","published":false`)
	h.get("", "/disclosures/search?village=yunxi&q=鱼塘").want(200).has(id)
	h.get("", "/disclosures/search?village=yunxi&q=水库").want(200).has("!" + id)
	h.get("", "/disclosures/calendar?village=yunxi&from=2026-02-01&to=2026-02-28").want(200).has(`"state":"published"`, id)

	page := h.get("", "/disclosures/"+id+"/items?limit=1").want(200)
	page.has("鱼塘承包费", "!机耕路")
	h.get("", "/disclosures/"+id+"/items?limit=1&cursor="+page.text("next")).want(200).has("修村东机耕路", `"amount":1260050`, `"invoice":"Z001"`)

	chart := h.get("", "/disclosures/chart?village=yunxi&year=2026").want(200)
	chart.has("<svg", "未公开")
	if kind := chart.header.Get("Content-Type"); kind != "image/svg+xml" {
		t.Errorf("the chart is %s", kind)
	}
	h.get("", "/disclosures/"+id+"/export?format=csv").want(200).has("鱼塘承包费", "28000.00")
	again, err := excelize.OpenReader(bytes.NewReader(h.get("", "/disclosures/"+id+"/export").want(200).body))
	h.ok(err)
	if text, _ := again.GetCellValue("Sheet1", "C4"); text != "鱼塘承包费" {
		t.Errorf("exported %q", text)
	}

	h.post("", "/disclosures/"+id+"/questions", fields{"text": "鱼塘是谁包的"}).want(401)
	asked := h.post(h.of("郑平"), "/disclosures/"+id+"/questions", fields{"text": "鱼塘是谁包的"}).want(201)
	other := h.post(h.of("吴芳"), "/disclosures/"+id+"/questions", fields{"text": "鱼塘包给谁了"}).want(201)
	if asked.fields["due_at"] == nil {
		t.Errorf("a question without a clock: %s", asked.body)
	}
	h.get("", "/disclosures/"+id+"/questions").want(200).has("!鱼塘")
	h.post(h.of("王强"), "/cases/"+other.text("id")+"/join", fields{"into": asked.text("id")}).want(200)
	h.post(h.of("王强"), "/cases/"+asked.text("id")+"/reply", fields{"text": "包给李大山，合同在村部"}).want(200)
	h.get("", "/disclosures/"+id+"/questions").want(200).has("鱼塘是谁包的", "包给李大山", "郑姓乡亲", "!郑平")
	h.get("", "/disclosures/"+id).want(200).has("包给李大山")
}

// What is wrong with a file is said, by its cell.
func TestAccountsThatAreRefused(t *testing.T) {
	h := newBoard(t)
	draft := func(upload string) answered {
		return h.post(h.of("王强"), "/disclosures", fields{"kind": "finance", "period": "2026-01", "finance_upload_id": upload})
	}
	draft(h.file("王强", "a.xlsx", h.filled("1000", "28000", "12600.50", "16399.51"))).want(422).has("0.01")
	draft(h.file("王强", "a.xlsx", h.filled("1000", "-1", "12600.50", "x"))).want(422).has("E4", "B34")
	draft(h.file("吴芳", "a.xlsx", h.filled("1000", "28000", "12600.50", "16399.50"))).want(404).has("重新上传")
	draft(h.file("王强", "a.pdf", []byte("%PDF-1.4\n1 0 obj\n<<>>\nendobj\nstartxref\n9\n%%EOF\n"))).want(422).has("Excel")
	draft("").want(422).has("收支表")
	if n := h.rows(&model.Disclosure{}); n != 0 {
		t.Errorf("%d half-made disclosures", n)
	}
	body, header := formFile(t, "a.xlsx", []byte("PK\x03\x04 no workbook"))
	h.post(h.of("王强"), "/uploads", body, header...).want(422).has("这种文件收不了")
	sheet := h.file("王强", "a.xlsx", h.filled("1000", "28000", "12600.50", "16399.50"))
	draft(sheet).want(201)
	draft(sheet).want(409).has("用过")
}

// A draft that the network made somebody send twice is one.
func TestADraftWithAKeyIsOne(t *testing.T) {
	h := newBoard(t)
	what := fields{"kind": "finance", "period": "2026-01", "finance_upload_id": h.file("王强", "a.xlsx", h.filled("1000", "28000", "12600.50", "16399.50"))}
	one := h.post(h.of("王强"), "/disclosures", what, "Idempotency-Key", "k1").want(201)
	two := h.post(h.of("王强"), "/disclosures", what, "Idempotency-Key", "k1").want(201)
	if one.text("id") != two.text("id") || h.rows(&model.Disclosure{}) != 1 {
		t.Errorf("%s and %s", one.body, two.body)
	}
}

// A correction is a new version whose difference everybody sees; a withdrawal
// leaves the record.
func TestCorrectionAndWithdrawal(t *testing.T) {
	h := newBoard(t)
	id := h.wrote(fields{"kind": "decision", "title": "修路决定", "text": "一、修路420米"})
	digest := h.digest("孙正", id)
	h.call(h.of("王强"), "PUT", api.Prefix+"/disclosures/"+id, fields{"title": "修路决定", "text": "一、修路420米\n二、换灯12盏"}).want(200)
	h.post(h.of("孙正"), "/disclosures/"+id+"/sign", fields{"digest": digest}).want(409)
	h.stood(id)
	h.call(h.of("王强"), "PUT", api.Prefix+"/disclosures/"+id, fields{"text": "悄悄改"}).want(409)
	h.post(h.of("郑平"), "/disclosures/"+id+"/correct", fields{"text": "改", "reason": "改"}).want(403)
	h.post(h.of("王强"), "/disclosures/"+id+"/correct", fields{"text": "一、修路240米\n二、换灯12盏", "reason": "长度写错了"}).want(200).has(`"pending":2`)
	h.get("", "/disclosures/"+id).want(200).has("420米", "!240米")
	h.get("", "/disclosures/"+id+"?version=-1").want(404)
	h.get("", "/disclosures/"+id+"?version=2").want(404)
	h.get("", "/disclosures/"+id+"/diff?from=1&to=2").want(404)
	h.stood(id)
	h.get("", "/disclosures/"+id).want(200).has("240米", "长度写错了", `"version":2`)
	h.get("", "/disclosures/"+id+"?version=1").want(200).has("420米")
	h.get("", "/disclosures/"+id+"/diff?from=1&to=2").want(200).has(`{"how":"removed","text":"一、修路420米"}`, `{"how":"added","text":"一、修路240米"}`, `{"how":"same","text":"二、换灯12盏"}`)
	h.post(h.of("王强"), "/disclosures/"+id+"/withdraw", fields{"reason": "决定撤销了"}).want(200)
	h.get("", "/disclosures/"+id).want(200).has("决定撤销了", "!240米", `"state":"withdrawn"`)
	h.get("", "/disclosures?village=yunxi").want(200).has("!" + id)
}

// Who may read a party disclosure reads it everywhere, nobody else anywhere.
func TestPartyScopeIsKept(t *testing.T) {
	h := newBoard(t)
	content, header := photoOf(t)
	photo := h.post(h.of("王强"), "/uploads", content, header...).want(201).text("id")
	id := h.wrote(fields{"kind": "party", "period": "2025-Q4", "scope": "party", "title": "党费收缴", "text": "都交清了", "upload_ids": []string{photo}})
	approve := fields{"digest": h.digest("张明", id), "secrecy": true, "need": true, "accuracy": true}
	h.post(h.of("王强"), "/disclosures/"+id+"/approve", approve).want(403)
	h.post(h.of("孙正"), "/disclosures/"+id+"/approve", approve).want(404)
	h.post(h.of("张明"), "/disclosures/"+id+"/approve", fields{"digest": h.digest("张明", id), "secrecy": true, "need": true, "accuracy": false}).want(422)
	h.post(h.of("张明"), "/disclosures/"+id+"/approve", approve).want(200)
	h.post(h.of("王强"), "/disclosures/"+id+"/publish", fields{}).want(200)
	h.sealed()
	for name, sees := range map[string]bool{"": false, "郑平": false, "孙正": false, "吴芳": true, "王强": true, "李娟": true} {
		token := strings.Repeat("A", 43) // a session that ended long ago reads as anybody
		if name != "" {
			token = h.of(name)
		}
		status := map[bool]int{true: 200, false: 404}[sees]
		for _, path := range []string{"", "/proof", "/questions", "/diff?from=1&to=1", "/files/" + photo} {
			if a := h.get(token, "/disclosures/"+id+path); a.status != status {
				t.Errorf("%s reads %s: %d %.200s", name, path, a.status, a.body)
			}
		}
		for _, path := range []string{"/disclosures?village=yunxi", "/disclosures/search?village=yunxi&q=党费", "/disclosures/calendar?village=yunxi&from=2025-01-01"} {
			if a := h.get(token, path).want(200); strings.Contains(string(a.body), id) != sees {
				t.Errorf("%s sees it in %s: %v", name, path, !sees)
			}
		}
		if name != "" {
			h.get(token, "/uploads/"+photo).want(status)
		}
	}
}

// Files of what is public are everybody's; drafts and the sheet as it was uploaded
// aren't.
func TestFilesOfDisclosures(t *testing.T) {
	h := newBoard(t)
	upload := func() string {
		content, header := photoOf(t)
		return h.post(h.of("王强"), "/uploads", content, header...).want(201).text("id")
	}
	sheet := h.file("王强", "一月.xlsx", h.filled("1000", "28000", "12600.50", "16399.50"))
	shown, voucher, board, later := upload(), upload(), upload(), upload()
	id := h.wrote(fields{"kind": "finance", "period": "2026-01", "finance_upload_id": sheet, "upload_ids": []string{shown}})
	h.post(h.of("王强"), "/disclosures/"+id+"/items/2/vouchers", fields{"upload_ids": []string{voucher}}).want(204)
	see := func(file string, public, signer int) {
		t.Helper()
		h.get("", "/disclosures/"+id+"/files/"+file).want(public)
		h.get(h.of("孙正"), "/disclosures/"+id+"/files/"+file).want(signer)
		h.get(h.of("孙正"), "/uploads/"+file).want(signer)
	}
	see(shown, 404, 200)
	h.stood(id)
	see(shown, 200, 200)
	see(voucher, 200, 200)
	see(sheet, 404, 200)
	see(board, 404, 404)
	h.get("", "/disclosures/"+id+"/items").want(200).has(voucher)
	h.post(h.of("王强"), "/disclosures/"+id+"/post", fields{"upload_id": board, "on": "2026-02-03T09:00:00+08:00"}).want(200).has(`"posted_until":"2026-02-`)
	see(board, 200, 200)
	h.post(h.of("王强"), "/disclosures/"+id+"/correct", fields{"reason": "票据号写错", "upload_ids": []string{shown, later},
		"finance_upload_id": h.file("王强", "一月.xlsx", h.filled("1000", "28000", "12600.50", "16399.50"))}).want(200)
	see(later, 404, 200)
	h.stood(id)
	see(later, 200, 200)
	h.post(h.of("王强"), "/disclosures/"+id+"/withdraw", fields{"reason": "贴错了"}).want(200)
	see(shown, 404, 200)
	h.get("", "/disclosures?village=yunxi&state=withdrawn").want(200).has("贴错了")
}

// Whoever holds a head needs to trust no server: inclusion, consistency, and that
// what is shown is what was logged, are checked on this side.
func TestTheLogIsCheckedByItsReaders(t *testing.T) {
	h := newBoard(t)
	h.get("", "/log/head?village=yunxi").want(404)
	id := h.wrote(fields{"kind": "village", "period": "2025-Q4", "text": "低保名单已张榜"})
	h.stood(id)
	h.get("", "/disclosures/"+id+"/proof").want(425)
	h.sealed()
	first := h.head()
	h.stood(h.wrote(fields{"kind": "decision", "title": "修路", "text": "决定修路"}))
	h.sealed()
	second := h.head()

	var logged struct {
		Content, Salt string
		Leaf          struct {
			Index              int64
			Record, Commitment string
		}
		Proof struct {
			Size   int64
			Hashes []string
		}
	}
	h.get("", "/disclosures/"+id+"/proof").want(200).into(&logged)
	salt, err := hex.DecodeString(logged.Salt)
	h.ok(err)
	sum := sha256.Sum256(append(binary.BigEndian.AppendUint64(salt, uint64(len(logged.Content))), logged.Content...))
	if hex.EncodeToString(sum[:]) != logged.Leaf.Commitment || !strings.Contains(logged.Leaf.Record, logged.Leaf.Commitment) || !strings.Contains(logged.Content, "低保名单已张榜") {
		t.Errorf("the leaf doesn't stand for %s", logged.Content)
	}
	leaf := tlog.RecordHash([]byte(logged.Leaf.Record))
	if logged.Proof.Size != second.N {
		t.Fatalf("the proof is for %d of %d", logged.Proof.Size, second.N)
	}
	h.ok(tlog.CheckRecord(hashesOf(t, logged.Proof.Hashes), second.N, second.Hash, logged.Leaf.Index, leaf))

	var proof struct {
		Record string
		Hashes []string
	}
	h.get("", fmt.Sprintf("/log/proof?village=yunxi&leaf=%d&size=%d", logged.Leaf.Index, first.N)).want(200).into(&proof)
	h.ok(tlog.CheckRecord(hashesOf(t, proof.Hashes), first.N, first.Hash, logged.Leaf.Index, tlog.RecordHash([]byte(proof.Record))))
	h.get("", fmt.Sprintf("/log/consistency?village=yunxi&from=%d", first.N)).want(200).into(&proof)
	h.ok(tlog.CheckTree(hashesOf(t, proof.Hashes), second.N, second.Hash, first.N, first.Hash))
	if tlog.CheckTree(hashesOf(t, proof.Hashes), second.N, second.Hash, first.N, second.Hash) == nil {
		t.Error("any proof would do")
	}
	h.get("", fmt.Sprintf("/log/entries/%d?village=yunxi", logged.Leaf.Index)).want(200).has(`"kind":"publication"`, "!"+logged.Salt)
	h.get("", "/log/entries/99?village=yunxi").want(404)
	h.get("", "/log/proof?village=yunxi&leaf=99").want(404)
	h.get("", "/log/consistency?village=yunxi&from=99").want(422)

	h.post(h.of("郑平"), "/log/subscription", nil).want(204)
	h.post(h.of("郑平"), "/log/subscription", nil).want(409)
	h.call(h.of("郑平"), "DELETE", api.Prefix+"/log/subscription", nil).want(204)
}

// head is the village's head as an outsider checks it: by its signature.
func (h *house) head() tlog.Tree {
	h.t.Helper()
	a := h.get("", "/log/head?village=yunxi").want(200)
	verifier, err := note.NewVerifier(a.text("verifier"))
	h.ok(err)
	opened, err := note.Open([]byte(a.text("note")), note.VerifierList(verifier))
	h.ok(err)
	lines := strings.Split(opened.Text, "\n")
	var tree tlog.Tree
	_, err = fmt.Sscan(lines[1], &tree.N)
	h.ok(err)
	hash, err := base64.StdEncoding.DecodeString(lines[2])
	h.ok(err)
	copy(tree.Hash[:], hash)
	return tree
}

func hashesOf(t *testing.T, texts []string) []tlog.Hash {
	t.Helper()
	hashes := make([]tlog.Hash, len(texts))
	for i, text := range texts {
		raw, err := base64.StdEncoding.DecodeString(text)
		if err != nil || len(raw) != len(hashes[i]) {
			t.Fatalf("%q is no hash: %v", text, err)
		}
		copy(hashes[i][:], raw)
	}
	return hashes
}

// The township makes the law's lines more frequent; the village can't.
func TestTheCatalogueIsTheTownships(t *testing.T) {
	h := newBoard(t)
	h.grant("xishan", "周镇", model.RoleTownship)
	officer := h.person("xishan", "周镇")
	_, err := h.people.BindInPerson(h.ctx, model.Console(), officer, mini, "o"+officer.ID)
	h.ok(err)
	township := h.enter(officer.ID)
	h.get("", "/disclosures/catalogue?village=yunxi").want(200).has(`"duty":"finance"`, "村民委员会组织法")
	h.get("", "/disclosures/catalogue?village=nowhere").want(404)
	set := func(token, duty string, months int) answered {
		return h.call(token, "PUT", api.Prefix+"/disclosures/catalogue/"+duty, fields{"village": "yunxi", "kind": "village", "title": "村务公开", "months": months, "due_days": 10, "active": true})
	}
	set(h.of("张明"), "village", 1).want(403)
	set(township, "village", 12).want(422).has("不能比法律规定的更少")
	set(township, "village", 1).want(204)
	set(township, "forest", 1).want(204)
	h.get("", "/disclosures/catalogue?village=yunxi").want(200).has(`"duty":"forest"`)
}

// Grid workers see whom a publication didn't reach, and tick whom they called.
func TestReachIsSeenAndTicked(t *testing.T) {
	h := newBoard(t)
	h.settle("yunxi", "刘芳")
	h.grant("yunxi", "刘芳", model.RoleGridWorker)
	id := h.wrote(fields{"kind": "village", "period": "2025-Q4", "text": "低保名单已张榜"})
	h.post(h.of("孙正"), "/disclosures/"+id+"/sign", fields{"digest": h.digest("孙正", id)}).want(200)
	h.post(h.of("王强"), "/disclosures/"+id+"/publish", fields{"everyone": true}).want(200)
	_, err := h.deps.Public.TellDue(h.ctx)
	h.ok(err)
	h.ok(h.store.DB(h.ctx).Model(&model.Notice{}).Where("event LIKE ?", "disclosure/%").UpdateColumn("state", model.NoticeHeld).Error)
	h.get(h.of("郑平"), "/disclosures/"+id+"/reach").want(403)
	var reach struct {
		Total, Known int
		People       []struct {
			NoticeID string `json:"notice_id"`
			Known    bool
		}
	}
	h.get(h.of("刘芳"), "/disclosures/"+id+"/reach").want(200).into(&reach)
	if reach.Total != 7 || reach.Known != 0 || len(reach.People) != 7 {
		t.Fatalf("%+v", reach)
	}
	h.post(h.of("郑平"), "/notices/"+reach.People[0].NoticeID+"/told", nil).want(403)
	h.post(h.of("刘芳"), "/notices/"+reach.People[0].NoticeID+"/told", nil).want(204)
	h.get(h.of("刘芳"), "/disclosures/"+id+"/reach").want(200).has(`"known":1,"by_channel":{"call":1}`)
}

func photoOf(t *testing.T) (content io.Reader, header []string) {
	t.Helper()
	_, body, header := photo(t)
	return strings.NewReader(body), header
}
