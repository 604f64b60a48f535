-- +goose Up
-- Merit points: the village's rule books, the ledger with its partial sums, what
-- is claimed and how it was judged, the store, and what supervisors must look at.
CREATE TABLE merit_books (
  village_id VARCHAR(32) NOT NULL, version INT NOT NULL, label VARCHAR(32) NOT NULL,
  adopted_on VARCHAR(10) NOT NULL, resolution VARCHAR(255) NOT NULL, media_id VARCHAR(32) NOT NULL, valid_from VARCHAR(10) NOT NULL,
  carry INT NOT NULL, open_figures BOOLEAN NOT NULL, created_at BIGINT NOT NULL, created_by VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, version)
);

CREATE TABLE merit_deeds (
  village_id VARCHAR(32) NOT NULL, version INT NOT NULL, number INT NOT NULL, name VARCHAR(64) NOT NULL,
  points BIGINT NOT NULL, cap BIGINT NOT NULL, cap_period VARCHAR(16) NOT NULL, evidence VARCHAR(16) NOT NULL, who VARCHAR(16) NOT NULL,
  PRIMARY KEY (village_id, version, number)
);

CREATE TABLE merit_accounts (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(48) NOT NULL, kind VARCHAR(16) NOT NULL, household_id VARCHAR(32) NOT NULL,
  balance BIGINT NOT NULL, entries BIGINT NOT NULL, honoured BOOLEAN NOT NULL, created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, id)
);

CREATE TABLE merit_members (
  village_id VARCHAR(32) NOT NULL, account_id VARCHAR(48) NOT NULL, person_id VARCHAR(32) NOT NULL, points BIGINT NOT NULL, entries BIGINT NOT NULL,
  PRIMARY KEY (village_id, account_id, person_id)
);

CREATE TABLE merit_postings (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, cause VARCHAR(16) NOT NULL, ref VARCHAR(64) NOT NULL, once_key VARCHAR(96) NOT NULL,
  reverses VARCHAR(32) NOT NULL, at BIGINT NOT NULL, by_id VARCHAR(64) NOT NULL, by_name VARCHAR(64) NOT NULL, text VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX merit_postings_once ON merit_postings (village_id, once_key);

CREATE TABLE merit_entries (
  village_id VARCHAR(32) NOT NULL, account_id VARCHAR(48) NOT NULL, seq BIGINT NOT NULL, posting_id VARCHAR(32) NOT NULL,
  person_id VARCHAR(32) NOT NULL, amount BIGINT NOT NULL, balance BIGINT NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (village_id, account_id, seq)
);
CREATE INDEX merit_entries_by_posting ON merit_entries (village_id, posting_id);

CREATE TABLE merit_sums (
  village_id VARCHAR(32) NOT NULL, name VARCHAR(32) NOT NULL, period VARCHAR(16) NOT NULL, account_id VARCHAR(48) NOT NULL, total BIGINT NOT NULL,
  PRIMARY KEY (village_id, name, period, account_id)
);
CREATE INDEX merit_sums_by_total ON merit_sums (village_id, name, period, total, account_id);

CREATE TABLE merit_claims (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, number BIGINT NOT NULL, kind VARCHAR(16) NOT NULL, state VARCHAR(16) NOT NULL, resume VARCHAR(16) NOT NULL,
  version INT NOT NULL, deed INT NOT NULL, title VARCHAR(64) NOT NULL, points BIGINT NOT NULL, cap_period VARCHAR(16) NOT NULL,
  claimant_id VARCHAR(32) NOT NULL, claimant_name VARCHAR(64) NOT NULL, person_id VARCHAR(32) NOT NULL, person_name VARCHAR(64) NOT NULL,
  household_id VARCHAR(32) NOT NULL, account_id VARCHAR(48) NOT NULL, happened_on VARCHAR(10) NOT NULL, text MEDIUMTEXT NOT NULL, flags VARCHAR(255) NOT NULL,
  once_key VARCHAR(96) NOT NULL, opened_at BIGINT NOT NULL, decided_at BIGINT NOT NULL, notice_until BIGINT NOT NULL, act_at BIGINT NOT NULL,
  posted_at BIGINT NOT NULL, posting_id VARCHAR(32) NOT NULL, case_id VARCHAR(32) NOT NULL, outcome VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX merit_claims_by_number ON merit_claims (village_id, number);
CREATE UNIQUE INDEX merit_claims_once ON merit_claims (village_id, once_key);
CREATE INDEX merit_claims_to_act ON merit_claims (state, act_at);
CREATE INDEX merit_claims_by_state ON merit_claims (village_id, state, id);
CREATE INDEX merit_claims_by_person ON merit_claims (village_id, person_id, id);
CREATE INDEX merit_claims_by_claimant ON merit_claims (village_id, claimant_id, id);
CREATE INDEX merit_claims_by_day ON merit_claims (village_id, account_id, deed, happened_on);
CREATE INDEX merit_claims_by_opening ON merit_claims (village_id, opened_at);

CREATE TABLE merit_evidence (
  village_id VARCHAR(32) NOT NULL, media_id VARCHAR(32) NOT NULL, claim_id VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL, hash VARCHAR(32) NOT NULL,
  near_claim VARCHAR(32) NOT NULL, created_at BIGINT NOT NULL, next_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, media_id)
);
CREATE INDEX merit_evidence_by_claim ON merit_evidence (village_id, claim_id, media_id);
CREATE INDEX merit_evidence_due ON merit_evidence (state, next_at);

CREATE TABLE merit_bands (
  village_id VARCHAR(32) NOT NULL, band INT NOT NULL, media_id VARCHAR(32) NOT NULL, claim_id VARCHAR(32) NOT NULL, hash VARCHAR(32) NOT NULL,
  PRIMARY KEY (village_id, band, media_id)
);

CREATE TABLE merit_reviews (
  village_id VARCHAR(32) NOT NULL, claim_id VARCHAR(32) NOT NULL, reviewer_id VARCHAR(32) NOT NULL, reviewer_name VARCHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL, reason VARCHAR(255) NOT NULL, asked_at BIGINT NOT NULL, due_at BIGINT NOT NULL, decided_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, claim_id, reviewer_id)
);
CREATE INDEX merit_reviews_by_reviewer ON merit_reviews (village_id, reviewer_id, state, asked_at);
CREATE INDEX merit_reviews_by_decision ON merit_reviews (village_id, decided_at);

CREATE TABLE merit_goods (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, name VARCHAR(64) NOT NULL, price BIGINT NOT NULL, stock BIGINT NOT NULL, held BIGINT NOT NULL,
  active BOOLEAN NOT NULL, media_id VARCHAR(32) NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX merit_goods_by_name ON merit_goods (village_id, name);
CREATE INDEX merit_goods_active ON merit_goods (village_id, active, id);

CREATE TABLE merit_redemptions (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, number BIGINT NOT NULL, state VARCHAR(16) NOT NULL, channel VARCHAR(16) NOT NULL,
  goods_id VARCHAR(32) NOT NULL, goods_name VARCHAR(64) NOT NULL, quantity BIGINT NOT NULL, points BIGINT NOT NULL,
  household_id VARCHAR(32) NOT NULL, account_id VARCHAR(48) NOT NULL, person_id VARCHAR(32) NOT NULL, person_name VARCHAR(64) NOT NULL,
  code VARCHAR(96) NOT NULL, keeper_id VARCHAR(32) NOT NULL, keeper_name VARCHAR(64) NOT NULL, witness_id VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL, expires_at BIGINT NOT NULL, villager_at BIGINT NOT NULL, keeper_at BIGINT NOT NULL, ended_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX merit_redemptions_by_number ON merit_redemptions (village_id, number);
CREATE UNIQUE INDEX merit_redemptions_by_code ON merit_redemptions (village_id, code);
CREATE INDEX merit_redemptions_to_lapse ON merit_redemptions (state, expires_at);
CREATE INDEX merit_redemptions_by_account ON merit_redemptions (village_id, account_id, id);
CREATE INDEX merit_redemptions_by_state ON merit_redemptions (village_id, state, id);
CREATE INDEX merit_redemptions_by_end ON merit_redemptions (village_id, ended_at);

CREATE TABLE merit_cards (
  village_id VARCHAR(32) NOT NULL, code_sum VARCHAR(64) NOT NULL, household_id VARCHAR(32) NOT NULL, live VARCHAR(32) NOT NULL,
  issued_at BIGINT NOT NULL, issued_by VARCHAR(64) NOT NULL, ended_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, code_sum)
);
CREATE UNIQUE INDEX merit_cards_once ON merit_cards (village_id, household_id, live);

CREATE TABLE merit_sheets (
  village_id VARCHAR(32) NOT NULL, sheet VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL, held_on VARCHAR(10) NOT NULL,
  first_id VARCHAR(32) NOT NULL, first_name VARCHAR(64) NOT NULL, second_id VARCHAR(32) NOT NULL, second_name VARCHAR(64) NOT NULL,
  first_lines MEDIUMTEXT NOT NULL, second_lines MEDIUMTEXT NOT NULL, created_at BIGINT NOT NULL, posted_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, sheet)
);
CREATE INDEX merit_sheets_by_age ON merit_sheets (state, created_at);

CREATE TABLE merit_closes (
  village_id VARCHAR(32) NOT NULL, year_no INT NOT NULL, state VARCHAR(16) NOT NULL, carry INT NOT NULL, told VARCHAR(48) NOT NULL, closed VARCHAR(48) NOT NULL,
  announced_at BIGINT NOT NULL, announced_by VARCHAR(64) NOT NULL, act_at BIGINT NOT NULL, ends_at BIGINT NOT NULL, expired BIGINT NOT NULL,
  PRIMARY KEY (village_id, year_no)
);
CREATE INDEX merit_closes_to_act ON merit_closes (state, act_at);

CREATE TABLE merit_weeks (
  village_id VARCHAR(32) NOT NULL, week VARCHAR(10) NOT NULL, found INT NOT NULL, made_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, week)
);

CREATE TABLE merit_exceptions (
  village_id VARCHAR(32) NOT NULL, week VARCHAR(10) NOT NULL, kind VARCHAR(16) NOT NULL, subject VARCHAR(96) NOT NULL, count INT NOT NULL, text VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, week, kind, subject)
);

CREATE TABLE merit_stories (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, person_id VARCHAR(32) NOT NULL, person_name VARCHAR(64) NOT NULL, claim_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL, edition INT NOT NULL, shown INT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE INDEX merit_stories_by_state ON merit_stories (village_id, state, id);
CREATE INDEX merit_stories_by_person ON merit_stories (village_id, person_id, id);

CREATE TABLE merit_story_editions (
  village_id VARCHAR(32) NOT NULL, story_id VARCHAR(32) NOT NULL, edition INT NOT NULL, title VARCHAR(64) NOT NULL, text MEDIUMTEXT NOT NULL,
  written_at BIGINT NOT NULL, written_by VARCHAR(64) NOT NULL, consented_at BIGINT NOT NULL, consented_by VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, story_id, edition)
);

INSERT INTO rules (name, region, valid_from, valid_to, law, article, value, unit) VALUES
  ('merit.reviewers', '', '2020-07-01', '', '中央农办、农业农村部2020年关于推广运用积分制的通知', '县级通行做法', 3, 'count'),
  ('merit.review_within', '', '2020-07-01', '', '本系统设计', '本系统默认', 3, 'working_days'),
  ('merit.notice', '', '2020-07-01', '', '中央农办、农业农村部2020年关于推广运用积分制的通知', '县级通行做法', 5, 'working_days'),
  ('merit.back_dated', '', '2020-07-01', '', '本系统设计', '本系统默认', 30, 'days'),
  ('merit.claims_a_day', '', '2020-07-01', '', '本系统设计', '本系统默认', 10, 'count'),
  ('merit.appeal', '', '2020-07-01', '', '本系统设计', '本系统默认', 30, 'days'),
  ('merit.hold', '', '2020-07-01', '', '本系统设计', '本系统默认', 3, 'days'),
  ('merit.close_notice', '', '2020-07-01', '', '本系统设计', '本系统默认', 30, 'days'),
  ('merit.photo_wait', '', '2020-07-01', '', '本系统设计', '本系统默认', 7, 'days'),
  ('merit.sheet_kept', '', '2020-07-01', '', '个人信息保护法', '第十九条：最短必要时间，天数为本系统默认', 180, 'days'),
  ('merit.pattern_reviewer', '', '2020-07-01', '', '本系统设计', '本系统默认', 5, 'count'),
  ('merit.pattern_family', '', '2020-07-01', '', '本系统设计', '本系统默认', 5, 'count'),
  ('merit.pattern_hour', '', '2020-07-01', '', '本系统设计', '本系统默认', 5, 'count'),
  ('merit.pattern_keeper', '', '2020-07-01', '', '本系统设计', '本系统默认', 5, 'count');

-- +goose Down
DELETE FROM rules WHERE name LIKE 'merit.%';
DROP TABLE merit_story_editions;
DROP TABLE merit_stories;
DROP TABLE merit_exceptions;
DROP TABLE merit_weeks;
DROP TABLE merit_closes;
DROP TABLE merit_sheets;
DROP TABLE merit_cards;
DROP TABLE merit_redemptions;
DROP TABLE merit_goods;
DROP TABLE merit_reviews;
DROP TABLE merit_bands;
DROP TABLE merit_evidence;
DROP TABLE merit_claims;
DROP TABLE merit_sums;
DROP TABLE merit_entries;
DROP TABLE merit_postings;
DROP TABLE merit_members;
DROP TABLE merit_accounts;
DROP TABLE merit_deeds;
DROP TABLE merit_books;
