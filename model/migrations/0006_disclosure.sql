-- +goose Up
-- The public log: what waits to be sequenced, the leaves, the tree's stored
-- hashes, and the signed heads.
CREATE TABLE log_pending (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, at BIGINT NOT NULL, kind VARCHAR(32) NOT NULL, subject VARCHAR(160) NOT NULL,
  salt VARCHAR(64) NOT NULL, commitment VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, id)
);

CREATE TABLE log_entries (
  village_id VARCHAR(32) NOT NULL, idx BIGINT NOT NULL, id VARCHAR(32) NOT NULL, at BIGINT NOT NULL, kind VARCHAR(32) NOT NULL, subject VARCHAR(160) NOT NULL,
  salt VARCHAR(64) NOT NULL, salt_sum VARCHAR(64) NOT NULL, commitment VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, idx)
);
CREATE INDEX log_entries_by_subject ON log_entries (village_id, kind, subject, idx);

CREATE TABLE log_hashes (
  village_id VARCHAR(32) NOT NULL, idx BIGINT NOT NULL, hash VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, idx)
);

CREATE TABLE log_heads (
  village_id VARCHAR(32) NOT NULL, size BIGINT NOT NULL, hash VARCHAR(64) NOT NULL, at BIGINT NOT NULL, previous BIGINT NOT NULL, note TEXT NOT NULL,
  PRIMARY KEY (village_id, size)
);

-- Disclosure: what a township changed in the catalogue, what is due and was
-- published, and what was said with every version.
CREATE TABLE disclosure_duties (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, kind VARCHAR(16) NOT NULL, title VARCHAR(64) NOT NULL, months INT NOT NULL, due_days INT NOT NULL,
  since VARCHAR(10) NOT NULL, active BOOLEAN NOT NULL, updated_at BIGINT NOT NULL, updated_by VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, id)
);

CREATE TABLE disclosure_slots (
  village_id VARCHAR(32) NOT NULL, duty VARCHAR(32) NOT NULL, period VARCHAR(48) NOT NULL, kind VARCHAR(16) NOT NULL, title VARCHAR(128) NOT NULL,
  due_at BIGINT NOT NULL, very_late_at BIGINT NOT NULL, disclosure_id VARCHAR(32) NOT NULL, published_at BIGINT NOT NULL,
  stage INT NOT NULL, act_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, duty, period)
);
CREATE INDEX disclosure_slots_to_act ON disclosure_slots (act_at);
CREATE INDEX disclosure_slots_by_due ON disclosure_slots (village_id, due_at);

CREATE TABLE disclosures (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, kind VARCHAR(16) NOT NULL, duty VARCHAR(32) NOT NULL, period VARCHAR(48) NOT NULL, title VARCHAR(128) NOT NULL,
  scope VARCHAR(16) NOT NULL, state VARCHAR(16) NOT NULL, current INT NOT NULL, pending INT NOT NULL, created_at BIGINT NOT NULL, created_by VARCHAR(32) NOT NULL,
  published_at BIGINT NOT NULL, posted_at BIGINT NOT NULL, posted_until BIGINT NOT NULL, board_media_id VARCHAR(32) NOT NULL,
  withdrawn_at BIGINT NOT NULL, withdrawn_by VARCHAR(32) NOT NULL, withdrawn_name VARCHAR(64) NOT NULL, withdrawn_reason VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE INDEX disclosures_by_state ON disclosures (village_id, state, published_at, id);
CREATE INDEX disclosures_by_kind ON disclosures (village_id, state, kind, published_at, id);
CREATE INDEX disclosures_by_period ON disclosures (village_id, duty, period);

CREATE TABLE disclosure_versions (
  village_id VARCHAR(32) NOT NULL, disclosure_id VARCHAR(32) NOT NULL, version INT NOT NULL, title VARCHAR(128) NOT NULL, text MEDIUMTEXT NOT NULL,
  reason VARCHAR(255) NOT NULL, media_ids TEXT NOT NULL, finance BOOLEAN NOT NULL,
  written_by VARCHAR(32) NOT NULL, written_name VARCHAR(64) NOT NULL, written_at BIGINT NOT NULL,
  signed_by VARCHAR(32) NOT NULL, signed_name VARCHAR(64) NOT NULL, signed_at BIGINT NOT NULL,
  approved_by VARCHAR(32) NOT NULL, approved_name VARCHAR(64) NOT NULL, approved_at BIGINT NOT NULL,
  published_by VARCHAR(32) NOT NULL, published_name VARCHAR(64) NOT NULL, published_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, disclosure_id, version)
);

CREATE TABLE disclosure_readers (
  village_id VARCHAR(32) NOT NULL, disclosure_id VARCHAR(32) NOT NULL, villager_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (village_id, disclosure_id, villager_id)
);

CREATE TABLE disclosure_questions (
  village_id VARCHAR(32) NOT NULL, case_id VARCHAR(32) NOT NULL, disclosure_id VARCHAR(32) NOT NULL, number BIGINT NOT NULL, asker_id VARCHAR(32) NOT NULL, nickname VARCHAR(64) NOT NULL,
  question TEXT NOT NULL, answer TEXT NOT NULL, answers INT NOT NULL, asked_at BIGINT NOT NULL, answered_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, case_id)
);
CREATE INDEX disclosure_questions_under ON disclosure_questions (village_id, disclosure_id, case_id);
CREATE INDEX disclosure_questions_by_asker ON disclosure_questions (village_id, asker_id);

CREATE TABLE disclosure_terms (
  village_id VARCHAR(32) NOT NULL, term VARCHAR(8) NOT NULL, disclosure_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (village_id, term, disclosure_id)
);
CREATE INDEX disclosure_terms_of ON disclosure_terms (village_id, disclosure_id);

CREATE TABLE disclosure_tellings (
  village_id VARCHAR(32) NOT NULL, event VARCHAR(96) NOT NULL, audience VARCHAR(16) NOT NULL, disclosure_id VARCHAR(32) NOT NULL, text TEXT NOT NULL,
  after_id VARCHAR(160) NOT NULL, created_at BIGINT NOT NULL, done_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, event)
);
CREATE INDEX disclosure_tellings_open ON disclosure_tellings (done_at);

CREATE TABLE disclosure_subscribers (
  village_id VARCHAR(32) NOT NULL, recipient VARCHAR(160) NOT NULL, since BIGINT NOT NULL,
  PRIMARY KEY (village_id, recipient)
);

CREATE TABLE finance_statements (
  village_id VARCHAR(32) NOT NULL, disclosure_id VARCHAR(32) NOT NULL, version INT NOT NULL, period VARCHAR(48) NOT NULL, published BOOLEAN NOT NULL,
  opening BIGINT NOT NULL, income BIGINT NOT NULL, expense BIGINT NOT NULL, closing BIGINT NOT NULL,
  PRIMARY KEY (village_id, disclosure_id, version)
);
CREATE INDEX finance_statements_by_period ON finance_statements (village_id, published, period);

CREATE TABLE finance_items (
  village_id VARCHAR(32) NOT NULL, disclosure_id VARCHAR(32) NOT NULL, version INT NOT NULL, seq INT NOT NULL, day VARCHAR(10) NOT NULL, income BOOLEAN NOT NULL,
  category VARCHAR(64) NOT NULL, amount BIGINT NOT NULL, party VARCHAR(128) NOT NULL, purpose VARCHAR(255) NOT NULL, approver VARCHAR(64) NOT NULL,
  invoice VARCHAR(64) NOT NULL, doubled BOOLEAN NOT NULL, voucher_ids TEXT NOT NULL,
  PRIMARY KEY (village_id, disclosure_id, version, seq)
);
CREATE INDEX finance_items_by_invoice ON finance_items (village_id, invoice);

-- How often each kind is due, in months; 0: on the event. Days are counted from
-- the period's end.
INSERT INTO rules (name, region, valid_from, valid_to, law, article, value, unit) VALUES
  ('disclosure.every.finance', '', '2010-10-28', '', '中华人民共和国村民委员会组织法', '村务公开条款：财务往来较多的，收支情况应当每月公布一次', 1, 'months'),
  ('disclosure.every.village', '', '2010-10-28', '', '中华人民共和国村民委员会组织法', '村务公开条款：一般事项至少每季度公布一次', 3, 'months'),
  ('disclosure.every.asset', '', '2025-05-01', '', '中华人民共和国农村集体经济组织法', '财务公开、资产管理条款', 12, 'months'),
  ('disclosure.every.land', '', '2010-10-28', '', '中华人民共和国村民委员会组织法', '村务公开条款：承包经营、征地补偿、宅基地使用', 12, 'months'),
  ('disclosure.every.party', '', '2017-12-20', '', '中国共产党党务公开条例（试行）', '基层党组织党务公开条款：定期公开', 3, 'months'),
  ('disclosure.every.decision', '', '2010-10-28', '', '中华人民共和国村民委员会组织法', '村务公开条款：重大事项应当随时公布', 0, 'months'),
  ('disclosure.every.execution', '', '2010-10-28', '', '中华人民共和国村民委员会组织法', '村务公开条款：决定事项及其实施情况', 0, 'months'),
  ('disclosure.due', '', '2010-10-28', '', '村务公开办理惯例', '本系统默认', 15, 'days'),
  ('disclosure.due_event', '', '2010-10-28', '', '村务公开办理惯例', '本系统默认', 5, 'days'),
  ('disclosure.very_late', '', '2010-10-28', '', '本系统设计', '本系统默认', 30, 'days'),
  ('disclosure.remind_before', '', '2010-10-28', '', '本系统设计', '本系统默认', 5, 'days'),
  ('disclosure.posted', '', '2010-10-28', '', '村务公开办理惯例', '张贴不少于15日', 15, 'days');

-- +goose Down
DELETE FROM rules WHERE name LIKE 'disclosure.%';
DROP TABLE finance_items;
DROP TABLE finance_statements;
DROP TABLE disclosure_subscribers;
DROP TABLE disclosure_tellings;
DROP TABLE disclosure_terms;
DROP TABLE disclosure_questions;
DROP TABLE disclosure_readers;
DROP TABLE disclosure_versions;
DROP TABLE disclosures;
DROP TABLE disclosure_slots;
DROP TABLE disclosure_duties;
DROP TABLE log_heads;
DROP TABLE log_hashes;
DROP TABLE log_entries;
DROP TABLE log_pending;
