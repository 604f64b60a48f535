-- +goose Up
-- Mediation. The number, the clocks and who acts stand in cases and case_clocks
-- under the same id, without a word of what the dispute is about; everything
-- that is confidential stands here, and only whoever has a seat reads it.
CREATE TABLE disputes (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, number BIGINT NOT NULL, kind VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL, outcome VARCHAR(16) NOT NULL, tier INT NOT NULL,
  helper_id VARCHAR(32) NOT NULL, declined_ids TEXT NOT NULL,
  mediator_id VARCHAR(32) NOT NULL, mediator_name VARCHAR(64) NOT NULL, accepted_at BIGINT NOT NULL,
  lawyer_id VARCHAR(32) NOT NULL, lawyer_name VARCHAR(64) NOT NULL, lawyer_side VARCHAR(16) NOT NULL,
  officer_village VARCHAR(32) NOT NULL, officer_id VARCHAR(32) NOT NULL, officer_name VARCHAR(64) NOT NULL,
  asking VARCHAR(16) NOT NULL, asked_at BIGINT NOT NULL, visit_at BIGINT NOT NULL,
  due_at BIGINT NOT NULL, reminded_at BIGINT NOT NULL, extended_at BIGINT NOT NULL, act_at BIGINT NOT NULL,
  flag VARCHAR(32) NOT NULL, flagged_at BIGINT NOT NULL, reported_at BIGINT NOT NULL, reported_by VARCHAR(64) NOT NULL, report TEXT NOT NULL,
  version INT NOT NULL, agreed_at BIGINT NOT NULL, effective_at BIGINT NOT NULL, confirm_by BIGINT NOT NULL, confirmed_at BIGINT NOT NULL, confirm_reminded_at BIGINT NOT NULL,
  reopened INT NOT NULL, filed_at BIGINT NOT NULL, closed_at BIGINT NOT NULL, reason TEXT NOT NULL, rules_on VARCHAR(10) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX disputes_by_number ON disputes (village_id, number);
CREATE INDEX disputes_by_filing ON disputes (village_id, filed_at, id);
CREATE INDEX disputes_by_closing ON disputes (village_id, closed_at, id);
CREATE INDEX disputes_by_mediator ON disputes (village_id, mediator_id, state);
CREATE INDEX disputes_by_lawyer ON disputes (village_id, lawyer_id, state);
CREATE INDEX disputes_by_officer ON disputes (officer_village, officer_id, state);
CREATE INDEX disputes_flagged ON disputes (village_id, flag, reported_at);
CREATE INDEX disputes_to_act ON disputes (act_at);

CREATE TABLE dispute_parties (
  village_id VARCHAR(32) NOT NULL, dispute_id VARCHAR(32) NOT NULL, seq INT NOT NULL, side VARCHAR(16) NOT NULL,
  person_id VARCHAR(32) NOT NULL, name VARCHAR(64) NOT NULL, speaker BOOLEAN NOT NULL, minor BOOLEAN NOT NULL,
  guardian_id VARCHAR(32) NOT NULL, guardian_name VARCHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL, answered_at BIGINT NOT NULL, answered_how VARCHAR(16) NOT NULL, answered_by VARCHAR(64) NOT NULL,
  lawyer_at BIGINT NOT NULL, extend_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, dispute_id, seq)
);

CREATE TABLE dispute_seats (
  village_id VARCHAR(32) NOT NULL, dispute_id VARCHAR(32) NOT NULL, person_village VARCHAR(32) NOT NULL, person_id VARCHAR(32) NOT NULL, part VARCHAR(16) NOT NULL,
  live BOOLEAN NOT NULL, since BIGINT NOT NULL, until BIGINT NOT NULL,
  PRIMARY KEY (village_id, dispute_id, person_village, person_id, part)
);
CREATE INDEX dispute_seats_by_person ON dispute_seats (person_village, person_id, live, village_id, dispute_id);

CREATE TABLE dispute_words (
  village_id VARCHAR(32) NOT NULL, dispute_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, at BIGINT NOT NULL,
  by_id VARCHAR(32) NOT NULL, by_name VARCHAR(64) NOT NULL, by_part VARCHAR(16) NOT NULL, audience VARCHAR(16) NOT NULL,
  kind VARCHAR(16) NOT NULL, text MEDIUMTEXT NOT NULL, media_id VARCHAR(32) NOT NULL, released_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, dispute_id, id)
);

CREATE TABLE dispute_sessions (
  village_id VARCHAR(32) NOT NULL, dispute_id VARCHAR(32) NOT NULL, seq INT NOT NULL,
  planned_at BIGINT NOT NULL, place VARCHAR(255) NOT NULL, reminded_at BIGINT NOT NULL, held_at BIGINT NOT NULL,
  attended VARCHAR(255) NOT NULL, record MEDIUMTEXT NOT NULL, by_name VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, dispute_id, seq)
);

CREATE TABLE dispute_agreements (
  village_id VARCHAR(32) NOT NULL, dispute_id VARCHAR(32) NOT NULL, version INT NOT NULL, form VARCHAR(16) NOT NULL,
  text MEDIUMTEXT NOT NULL, hash VARCHAR(64) NOT NULL, confirmable BOOLEAN NOT NULL,
  drafted_at BIGINT NOT NULL, drafted_by VARCHAR(64) NOT NULL, voided_at BIGINT NOT NULL, effective_at BIGINT NOT NULL, paper_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (village_id, dispute_id, version)
);

CREATE TABLE dispute_signatures (
  village_id VARCHAR(32) NOT NULL, dispute_id VARCHAR(32) NOT NULL, version INT NOT NULL, signer VARCHAR(32) NOT NULL,
  part VARCHAR(16) NOT NULL, name VARCHAR(64) NOT NULL, account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL, hash VARCHAR(64) NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (village_id, dispute_id, version, signer)
);
CREATE UNIQUE INDEX dispute_signatures_by_phone ON dispute_signatures (village_id, dispute_id, version, account, openid);

CREATE TABLE dispute_promises (
  village_id VARCHAR(32) NOT NULL, dispute_id VARCHAR(32) NOT NULL, version INT NOT NULL, seq INT NOT NULL,
  by_side VARCHAR(16) NOT NULL, what VARCHAR(255) NOT NULL, amount_fen BIGINT NOT NULL, due_on VARCHAR(10) NOT NULL,
  reminded_at BIGINT NOT NULL, asked_at BIGINT NOT NULL, state VARCHAR(16) NOT NULL, answered_at BIGINT NOT NULL, answered_by VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, dispute_id, version, seq)
);

CREATE TABLE mediator_kinds (
  village_id VARCHAR(32) NOT NULL, person_id VARCHAR(32) NOT NULL, kind VARCHAR(32) NOT NULL,
  PRIMARY KEY (village_id, person_id, kind)
);

CREATE TABLE lawyer_duties (
  village_id VARCHAR(32) NOT NULL, day VARCHAR(10) NOT NULL, lawyer_id VARCHAR(32) NOT NULL, lawyer_name VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, day)
);

INSERT INTO rules (name, region, valid_from, valid_to, law, article, value, unit) VALUES
  ('mediation.accept', '', '2022-05-01', '', '全国人民调解工作规范 SF/T 0083', '受理（本系统默认）', 3, 'days'),
  ('mediation.consent_visit', '', '2022-05-01', '', '本系统设计', '本系统默认', 7, 'days'),
  ('mediation.consent_end', '', '2022-05-01', '', '本系统设计', '本系统默认', 15, 'days'),
  ('mediation.lawyer_consent', '', '2022-05-01', '', '本系统设计', '本系统默认', 7, 'days'),
  ('mediation.tier', '', '2022-05-01', '', '全国人民调解工作规范 SF/T 0083', '调解期限（本系统默认）', 30, 'days'),
  ('mediation.extension', '', '2022-05-01', '', '全国人民调解工作规范 SF/T 0083', '经当事人同意延长（本系统默认）', 30, 'days'),
  ('mediation.remind_before', '', '2022-05-01', '', '本系统设计', '本系统默认', 3, 'days'),
  ('mediation.session_remind', '', '2022-05-01', '', '本系统设计', '本系统默认', 24, 'hours'),
  ('mediation.promise_remind', '', '2022-05-01', '', '本系统设计', '本系统默认', 3, 'days'),
  ('mediation.promise_silence', '', '2022-05-01', '', '本系统设计', '本系统默认', 15, 'days'),
  ('mediation.confirmation', '', '2011-01-01', '', '中华人民共和国人民调解法', '第三十三条', 30, 'days'),
  ('mediation.confirmation_remind', '', '2022-05-01', '', '本系统设计', '本系统默认', 7, 'days'),
  ('mediation.land_arbitration', '', '2010-01-01', '', '中华人民共和国农村土地承包经营纠纷调解仲裁法', '第十八条', 2, 'years'),
  ('mediation.adult', '', '2021-01-01', '', '中华人民共和国民法典', '第十七条', 18, 'years'),
  ('mediation.smallest_group', '', '2022-05-01', '', '本系统设计', '本系统默认', 5, 'count');

-- +goose Down
DROP TABLE lawyer_duties;
DROP TABLE mediator_kinds;
DROP TABLE dispute_promises;
DROP TABLE dispute_signatures;
DROP TABLE dispute_agreements;
DROP TABLE dispute_sessions;
DROP TABLE dispute_words;
DROP TABLE dispute_seats;
DROP TABLE dispute_parties;
DROP TABLE disputes;
DELETE FROM rules WHERE name LIKE 'mediation.%';
