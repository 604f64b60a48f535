-- +goose Up
-- The audit log's chain, the keys that outlive a rotation, consents, erasures and
-- the periods after which personal data goes.
ALTER TABLE audit_entries ADD COLUMN sealed BOOLEAN NOT NULL DEFAULT FALSE;
CREATE INDEX audit_entries_unsealed ON audit_entries (sealed, village_id, id);

CREATE TABLE audit_seals (
  village_id VARCHAR(32) NOT NULL, seq BIGINT NOT NULL, entry_id VARCHAR(32) NOT NULL,
  digest VARCHAR(64) NOT NULL, sealed_at BIGINT NOT NULL, hash VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, seq)
);
CREATE UNIQUE INDEX audit_seals_once ON audit_seals (village_id, entry_id);

CREATE TABLE lasting_keys (
  name VARCHAR(64) NOT NULL, sealed VARBINARY(255) NOT NULL, created_at BIGINT NOT NULL,
  PRIMARY KEY (name)
);

ALTER TABLE invitations ADD COLUMN code_sealed VARBINARY(255);
CREATE INDEX invitations_by_expiry ON invitations (expires_at);
CREATE INDEX raw_deliveries_by_time ON raw_deliveries (received_at);

CREATE TABLE consents (
  village_id VARCHAR(32) NOT NULL, person VARCHAR(160) NOT NULL, id VARCHAR(32) NOT NULL,
  purpose VARCHAR(32) NOT NULL, version VARCHAR(16) NOT NULL, given BOOLEAN NOT NULL, at BIGINT NOT NULL,
  by_id VARCHAR(64) NOT NULL, evidence VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, person, id)
);

CREATE TABLE erasures (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, villager_id VARCHAR(32) NOT NULL,
  state VARCHAR(16) NOT NULL, live VARCHAR(32) NOT NULL, next_at BIGINT NOT NULL,
  asked_at BIGINT NOT NULL, asked_by VARCHAR(64) NOT NULL, confirm_by BIGINT NOT NULL,
  done_at BIGINT NOT NULL, roll_gone_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE UNIQUE INDEX erasures_once ON erasures (village_id, villager_id, live);
CREATE INDEX erasures_due ON erasures (state, next_at);

INSERT INTO rules (name, region, valid_from, valid_to, law, article, value, unit) VALUES
  ('retain.case', '', '2022-05-01', '', '村级档案管理办法（国家档案局令第12号）', '定期保管分30年和10年，取10年', 10, 'years'),
  ('retain.audit', '', '2022-05-01', '', '网络安全法', '网络日志留存不少于六个月（原第二十一条第三项），取三年', 36, 'months'),
  ('retain.delivery', '', '2022-05-01', '', '个人信息保护法', '第十九条、第四十七条：最短必要时间，天数为本系统默认', 30, 'days'),
  ('retain.delivery_failed', '', '2022-05-01', '', '个人信息保护法', '第十九条、第四十七条：最短必要时间，天数为本系统默认', 90, 'days'),
  ('retain.dialogue', '', '2022-05-01', '', '个人信息保护法', '第十九条、第四十七条：最短必要时间，天数为本系统默认', 30, 'days'),
  ('retain.notice', '', '2022-05-01', '', '个人信息保护法', '第十九条、第四十七条：最短必要时间，天数为本系统默认', 180, 'days'),
  ('retain.invitation', '', '2022-05-01', '', '个人信息保护法', '第十九条、第四十七条：最短必要时间，天数为本系统默认', 30, 'days'),
  ('erasure.confirm', '', '2022-05-01', '', '个人信息保护法', '第四十七条；确认的天数为本系统默认', 7, 'days'),
  ('export.bytes', '', '2022-05-01', '', '个人信息保护法', '第四十五条；大小为本系统默认', 500, 'mebibytes');

-- +goose Down
DELETE FROM rules WHERE name LIKE 'retain.%' OR name IN ('erasure.confirm', 'export.bytes');
DROP TABLE erasures;
DROP TABLE consents;
-- SQLite wants no table here, MySQL does and reads the comment.
DROP INDEX raw_deliveries_by_time /*! ON raw_deliveries */;
DROP INDEX invitations_by_expiry /*! ON invitations */;
ALTER TABLE invitations DROP COLUMN code_sealed;
DROP TABLE lasting_keys;
DROP TABLE audit_seals;
DROP INDEX audit_entries_unsealed /*! ON audit_entries */;
ALTER TABLE audit_entries DROP COLUMN sealed;
