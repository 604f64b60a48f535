-- +goose Up
-- Sessions, requests to be bound, helpers of elders, corrections of the roll.
ALTER TABLE identities ADD COLUMN signed_out_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE cases ADD COLUMN helper_village VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN helper_id VARCHAR(32) NOT NULL DEFAULT '';
ALTER TABLE cases ADD COLUMN helper_name VARCHAR(64) NOT NULL DEFAULT '';
CREATE INDEX bindings_by_time ON bindings (bound_at);
CREATE INDEX invitations_by_use ON invitations (used_at);

CREATE TABLE sessions (
  owner VARCHAR(32) NOT NULL, id VARCHAR(64) NOT NULL, account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL,
  door VARCHAR(16) NOT NULL, label VARCHAR(64) NOT NULL,
  created_at BIGINT NOT NULL, seen_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  PRIMARY KEY (owner, id)
);
CREATE INDEX sessions_by_expiry ON sessions (expires_at);

CREATE TABLE bind_requests (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, number BIGINT NOT NULL,
  account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL, once VARCHAR(64) NOT NULL,
  name_sealed VARBINARY(512), phone_sealed VARBINARY(255), state VARCHAR(16) NOT NULL, lapses_at BIGINT NOT NULL,
  asked_at BIGINT NOT NULL, decided_at BIGINT NOT NULL, decided_by VARCHAR(64) NOT NULL, reason VARCHAR(255) NOT NULL,
  villager_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX bind_requests_by_number ON bind_requests (village_id, number);
CREATE UNIQUE INDEX bind_requests_once ON bind_requests (village_id, once);
CREATE INDEX bind_requests_by_state ON bind_requests (village_id, state, number);
CREATE INDEX bind_requests_by_sender ON bind_requests (account, openid, state);
CREATE INDEX bind_requests_lapsing ON bind_requests (state, lapses_at);

CREATE TABLE helpers (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, number BIGINT NOT NULL,
  elder_id VARCHAR(32) NOT NULL, elder_name VARCHAR(64) NOT NULL,
  helper_village VARCHAR(32) NOT NULL, helper_id VARCHAR(32) NOT NULL, helper_name VARCHAR(64) NOT NULL, once VARCHAR(128) NOT NULL,
  for_cases BOOLEAN NOT NULL, for_reading BOOLEAN NOT NULL, for_merit BOOLEAN NOT NULL, months INT NOT NULL,
  state VARCHAR(16) NOT NULL, lapses_at BIGINT NOT NULL, asked_at BIGINT NOT NULL,
  agreed_at BIGINT NOT NULL, agreed_how VARCHAR(16) NOT NULL, agreed_by VARCHAR(64) NOT NULL,
  ended_at BIGINT NOT NULL, ended_by VARCHAR(64) NOT NULL, reason VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX helpers_by_number ON helpers (village_id, number);
CREATE UNIQUE INDEX helpers_once ON helpers (village_id, once);
CREATE INDEX helpers_by_elder ON helpers (village_id, elder_id, state);
CREATE INDEX helpers_by_helper ON helpers (helper_village, helper_id, state);
CREATE INDEX helpers_by_state ON helpers (village_id, state, number);
CREATE INDEX helpers_lapsing ON helpers (state, lapses_at);

CREATE TABLE corrections (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, villager_id VARCHAR(32) NOT NULL, case_id VARCHAR(32) NOT NULL,
  field VARCHAR(16) NOT NULL, once VARCHAR(64) NOT NULL, value_sealed VARBINARY(512), state VARCHAR(16) NOT NULL,
  asked_at BIGINT NOT NULL, decided_at BIGINT NOT NULL, decided_by VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX corrections_once ON corrections (village_id, once);
CREATE UNIQUE INDEX corrections_by_case ON corrections (village_id, case_id);
CREATE INDEX corrections_by_villager ON corrections (village_id, villager_id, asked_at);

INSERT INTO rules (name, region, valid_from, valid_to, law, article, value, unit) VALUES
  ('request.open_max', '', '2022-05-01', '', '本系统设计', '本系统默认', 5, 'count'),
  ('request.life', '', '2022-05-01', '', '本系统设计', '本系统默认', 30, 'days'),
  ('help.months_max', '', '2022-05-01', '', '民法典第165条（授权委托书载明代理事项、权限和期限）', '期限为本系统默认', 24, 'months'),
  ('help.persons_max', '', '2022-05-01', '', '本系统设计', '本系统默认', 5, 'count'),
  ('cluster.printer', '', '2022-05-01', '', '本系统设计', '本系统默认', 10, 'count'),
  ('cluster.persons', '', '2022-05-01', '', '本系统设计', '本系统默认', 6, 'count'),
  ('cluster.bindings', '', '2022-05-01', '', '本系统设计', '本系统默认', 50, 'count');

-- +goose Down
DELETE FROM rules WHERE name LIKE 'request.%' OR name LIKE 'help.%' OR name LIKE 'cluster.%';
DROP TABLE corrections;
DROP TABLE helpers;
DROP TABLE bind_requests;
DROP TABLE sessions;
-- SQLite wants no table here, MySQL does and reads the comment.
DROP INDEX invitations_by_use /*! ON invitations */;
DROP INDEX bindings_by_time /*! ON bindings */;
ALTER TABLE cases DROP COLUMN helper_name;
ALTER TABLE cases DROP COLUMN helper_id;
ALTER TABLE cases DROP COLUMN helper_village;
ALTER TABLE identities DROP COLUMN signed_out_at;
