-- +goose Up
-- One text for every dialect: plain types, integers for time (Unix ms), no
-- AUTO_INCREMENT, no foreign keys; string columns take utf8mb4_bin from the
-- database, which migrate sets first.
CREATE TABLE villages (
  id VARCHAR(32) NOT NULL, kind VARCHAR(16) NOT NULL, name VARCHAR(64) NOT NULL,
  township_id VARCHAR(32) NOT NULL, account VARCHAR(64) NOT NULL, phone VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL,
  PRIMARY KEY (id)
);
CREATE INDEX villages_by_township ON villages (township_id);

CREATE TABLE households (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, number VARCHAR(32) NOT NULL,
  group_name VARCHAR(64) NOT NULL, head_id VARCHAR(32) NOT NULL, created_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX households_by_number ON households (village_id, number);

CREATE TABLE villagers (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, household_id VARCHAR(32) NOT NULL,
  name VARCHAR(64) NOT NULL, gender VARCHAR(8) NOT NULL, born_on VARCHAR(10) NOT NULL,
  id_index VARCHAR(64) NOT NULL, id_sealed VARBINARY(255), phone_index VARCHAR(64) NOT NULL, phone_sealed VARBINARY(255),
  relation VARCHAR(32) NOT NULL, standing VARCHAR(16) NOT NULL, residence VARCHAR(64) NOT NULL,
  political VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL,
  created_at BIGINT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX villagers_by_id_number ON villagers (village_id, id_index);
CREATE INDEX villagers_by_name ON villagers (village_id, name);
CREATE INDEX villagers_by_phone ON villagers (village_id, phone_index);
CREATE INDEX villagers_by_household ON villagers (village_id, household_id);

CREATE TABLE kinships (
  village_id VARCHAR(32) NOT NULL, person_id VARCHAR(32) NOT NULL, kin_id VARCHAR(32) NOT NULL, relation VARCHAR(32) NOT NULL,
  PRIMARY KEY (village_id, person_id, kin_id)
);

CREATE TABLE role_grants (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, villager_id VARCHAR(32) NOT NULL,
  role VARCHAR(32) NOT NULL, live VARCHAR(32) NOT NULL,
  granted_at BIGINT NOT NULL, granted_by VARCHAR(64) NOT NULL, ended_at BIGINT NOT NULL, ended_by VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX role_grants_once ON role_grants (village_id, villager_id, role, live);
CREATE INDEX role_grants_by_role ON role_grants (village_id, role, live);

CREATE TABLE identities (
  account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL, unionid VARCHAR(64) NOT NULL,
  village_id VARCHAR(32) NOT NULL, villager_id VARCHAR(32) NOT NULL, followed BOOLEAN NOT NULL,
  seen_at BIGINT NOT NULL, union_checked_at BIGINT NOT NULL, misses INT NOT NULL, misses_since BIGINT NOT NULL,
  PRIMARY KEY (account, openid)
);
CREATE INDEX identities_by_unionid ON identities (unionid);
CREATE INDEX identities_unchecked ON identities (union_checked_at);

CREATE TABLE bindings (
  village_id VARCHAR(32) NOT NULL, villager_id VARCHAR(32) NOT NULL, account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL,
  strength VARCHAR(16) NOT NULL, bound_at BIGINT NOT NULL, bound_by VARCHAR(64) NOT NULL, ended_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, villager_id, account, openid)
);
CREATE INDEX bindings_by_identity ON bindings (account, openid, ended_at);

CREATE TABLE invitations (
  code_index VARCHAR(64) NOT NULL, village_id VARCHAR(32) NOT NULL, villager_id VARCHAR(32) NOT NULL, household_id VARCHAR(32) NOT NULL,
  created_at BIGINT NOT NULL, created_by VARCHAR(64) NOT NULL, expires_at BIGINT NOT NULL, used_at BIGINT NOT NULL, used_by VARCHAR(128) NOT NULL,
  PRIMARY KEY (code_index)
);

CREATE TABLE cases (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, number BIGINT NOT NULL,
  kind VARCHAR(32) NOT NULL, topic VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL,
  confidential BOOLEAN NOT NULL, urgent BOOLEAN NOT NULL, neutral BOOLEAN NOT NULL, flagged VARCHAR(64) NOT NULL, joinable BOOLEAN NOT NULL,
  asker_village VARCHAR(32) NOT NULL, asker_id VARCHAR(32) NOT NULL, asker_account VARCHAR(64) NOT NULL, asker_openid VARCHAR(64) NOT NULL,
  asker_name VARCHAR(64) NOT NULL, accused_ids TEXT NOT NULL, summary VARCHAR(255) NOT NULL,
  tier INT NOT NULL, handler_village VARCHAR(32) NOT NULL, handler_id VARCHAR(32) NOT NULL, handler_name VARCHAR(64) NOT NULL,
  opened_at BIGINT NOT NULL, said_at BIGINT NOT NULL, contact_due BIGINT NOT NULL, contacted_at BIGINT NOT NULL, asked_back_at BIGINT NOT NULL, spoken BOOLEAN NOT NULL,
  due_at BIGINT NOT NULL, act_at BIGINT NOT NULL, reminded_at BIGINT NOT NULL, extended_at BIGINT NOT NULL, replied_at BIGINT NOT NULL, reply_id VARCHAR(32) NOT NULL,
  reopened INT NOT NULL, swapped_at BIGINT NOT NULL,
  solved_by_cadre BIGINT NOT NULL, solved_by_asker BIGINT NOT NULL, stars INT NOT NULL, stars_text VARCHAR(255) NOT NULL,
  closed_at BIGINT NOT NULL, closed_how VARCHAR(16) NOT NULL, rules_on VARCHAR(10) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX cases_by_number ON cases (village_id, number);
CREATE INDEX cases_by_asker ON cases (village_id, asker_id, state, opened_at);
CREATE INDEX cases_by_sender ON cases (asker_account, asker_openid, state, opened_at);
CREATE INDEX cases_by_handler ON cases (handler_village, handler_id, state, due_at);
CREATE INDEX cases_by_state ON cases (village_id, state, opened_at);
CREATE INDEX cases_to_act ON cases (act_at);

CREATE TABLE case_clocks (
  village_id VARCHAR(32) NOT NULL, case_id VARCHAR(32) NOT NULL, seq INT NOT NULL, tier INT NOT NULL, holder_id VARCHAR(32) NOT NULL,
  started_at BIGINT NOT NULL, contact_due BIGINT NOT NULL, contacted_at BIGINT NOT NULL, due_at BIGINT NOT NULL,
  ended_at BIGINT NOT NULL, ended_how VARCHAR(16) NOT NULL,
  PRIMARY KEY (village_id, case_id, seq)
);

CREATE TABLE case_events (
  village_id VARCHAR(32) NOT NULL, case_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, at BIGINT NOT NULL,
  by_village VARCHAR(32) NOT NULL, by_id VARCHAR(32) NOT NULL, by_name VARCHAR(64) NOT NULL,
  kind VARCHAR(16) NOT NULL, text MEDIUMTEXT NOT NULL, media_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (village_id, case_id, id)
);

CREATE TABLE case_signers (
  village_id VARCHAR(32) NOT NULL, case_id VARCHAR(32) NOT NULL, signer VARCHAR(160) NOT NULL, name VARCHAR(64) NOT NULL,
  joined_at BIGINT NOT NULL, asked_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, case_id, signer)
);

CREATE TABLE media (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, account VARCHAR(64) NOT NULL, wechat_id VARCHAR(255) NOT NULL,
  kind VARCHAR(16) NOT NULL, state VARCHAR(16) NOT NULL, content_type VARCHAR(128) NOT NULL, size BIGINT NOT NULL,
  sha256 VARCHAR(64) NOT NULL, path VARCHAR(255) NOT NULL, error VARCHAR(255) NOT NULL, attempts INT NOT NULL,
  created_at BIGINT NOT NULL, next_at BIGINT NOT NULL, lease_until BIGINT NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE INDEX media_wanted ON media (state, next_at);

CREATE TABLE notices (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, event VARCHAR(128) NOT NULL, recipient VARCHAR(160) NOT NULL,
  role VARCHAR(16) NOT NULL, case_id VARCHAR(32) NOT NULL, question VARCHAR(24) NOT NULL, urgent BOOLEAN NOT NULL, private BOOLEAN NOT NULL,
  text MEDIUMTEXT NOT NULL, media_id VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL, channel VARCHAR(16) NOT NULL, sent_to VARCHAR(64) NOT NULL,
  attempts INT NOT NULL, unknowns INT NOT NULL, err_code INT NOT NULL,
  created_at BIGINT NOT NULL, next_at BIGINT NOT NULL, lease_until BIGINT NOT NULL, fence BIGINT NOT NULL,
  sent_at BIGINT NOT NULL, call_after BIGINT NOT NULL, read_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX notices_once ON notices (village_id, event, recipient);
CREATE INDEX notices_due ON notices (state, urgent, next_at);
CREATE INDEX notices_by_recipient ON notices (recipient, state, created_at);
CREATE INDEX notices_to_call ON notices (village_id, state, call_after);

CREATE TABLE windows (
  account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL,
  message_at BIGINT NOT NULL, message_left INT NOT NULL, action_at BIGINT NOT NULL, action_left INT NOT NULL,
  PRIMARY KEY (account, openid)
);

CREATE TABLE subscriptions (
  account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL, template_id VARCHAR(64) NOT NULL, `left` INT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (account, openid, template_id)
);

CREATE TABLE dialogues (
  account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL, question VARCHAR(24) NOT NULL, data MEDIUMTEXT NOT NULL,
  asked_at BIGINT NOT NULL, due_at BIGINT NOT NULL, shown MEDIUMTEXT NOT NULL, updated_at BIGINT NOT NULL,
  PRIMARY KEY (account, openid)
);
CREATE INDEX dialogues_due ON dialogues (due_at);

CREATE TABLE deliveries (
  account VARCHAR(64) NOT NULL, delivery_key VARCHAR(128) NOT NULL, openid VARCHAR(64) NOT NULL, kind VARCHAR(32) NOT NULL,
  sent_at BIGINT NOT NULL, received_at BIGINT NOT NULL, state VARCHAR(16) NOT NULL, reply TEXT NOT NULL, payload MEDIUMTEXT NOT NULL,
  PRIMARY KEY (account, delivery_key)
);
CREATE INDEX deliveries_by_state ON deliveries (state, received_at);

CREATE TABLE raw_deliveries (
  id VARCHAR(32) NOT NULL, account VARCHAR(64) NOT NULL, received_at BIGINT NOT NULL, reason VARCHAR(255) NOT NULL, body MEDIUMBLOB NOT NULL,
  PRIMARY KEY (id)
);

CREATE TABLE rules (
  name VARCHAR(64) NOT NULL, region VARCHAR(32) NOT NULL, valid_from VARCHAR(10) NOT NULL, valid_to VARCHAR(10) NOT NULL,
  law VARCHAR(128) NOT NULL, article VARCHAR(64) NOT NULL, value BIGINT NOT NULL, unit VARCHAR(16) NOT NULL,
  PRIMARY KEY (name, region, valid_from)
);

CREATE TABLE leases (
  name VARCHAR(64) NOT NULL, holder VARCHAR(64) NOT NULL, fence BIGINT NOT NULL, until BIGINT NOT NULL,
  PRIMARY KEY (name)
);

CREATE TABLE number_blocks (
  village_id VARCHAR(32) NOT NULL, series VARCHAR(32) NOT NULL, next BIGINT NOT NULL,
  PRIMARY KEY (village_id, series)
);

CREATE TABLE audit_entries (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, at BIGINT NOT NULL,
  actor_id VARCHAR(64) NOT NULL, actor_name VARCHAR(64) NOT NULL, verb VARCHAR(64) NOT NULL, subject VARCHAR(160) NOT NULL, detail TEXT NOT NULL,
  PRIMARY KEY (village_id, id)
);

INSERT INTO rules (name, region, valid_from, valid_to, law, article, value, unit) VALUES
  ('case.contact', '', '2022-05-01', '', '信访工作条例、12345热线办理惯例', '本系统默认', 24, 'hours'),
  ('case.reply', '', '2022-05-01', '', '信访工作条例、12345热线办理惯例', '本系统默认', 5, 'working_days'),
  ('case.extension', '', '2022-05-01', '', '信访工作条例、12345热线办理惯例', '本系统默认', 5, 'working_days'),
  ('case.remind_before', '', '2022-05-01', '', '本系统设计', '本系统默认', 4, 'hours'),
  ('case.reopen_max', '', '2022-05-01', '', '本系统设计', '本系统默认', 2, 'count'),
  ('case.unconfirmed_after', '', '2022-05-01', '', '本系统设计', '本系统默认', 15, 'days'),
  ('case.join_within', '', '2022-05-01', '', '本系统设计', '本系统默认', 24, 'hours'),
  ('case.handler_call_after', '', '2022-05-01', '', '本系统设计', '本系统默认', 2, 'hours'),
  ('case.asker_call_after', '', '2022-05-01', '', '本系统设计', '本系统默认', 24, 'hours'),
  ('invitation.life', '', '2022-05-01', '', '本系统设计', '本系统默认', 30, 'days'),
  ('invitation.misses', '', '2022-05-01', '', '本系统设计', '本系统默认', 5, 'count');

-- +goose Down
DROP TABLE audit_entries;
DROP TABLE number_blocks;
DROP TABLE leases;
DROP TABLE rules;
DROP TABLE raw_deliveries;
DROP TABLE deliveries;
DROP TABLE dialogues;
DROP TABLE subscriptions;
DROP TABLE windows;
DROP TABLE notices;
DROP TABLE media;
DROP TABLE case_signers;
DROP TABLE case_events;
DROP TABLE case_clocks;
DROP TABLE cases;
DROP TABLE invitations;
DROP TABLE bindings;
DROP TABLE identities;
DROP TABLE role_grants;
DROP TABLE kinships;
DROP TABLE villagers;
DROP TABLE households;
DROP TABLE villages;
