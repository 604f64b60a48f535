-- +goose Up
-- Browsers that sign in by a code told in chat or by a QR code that somebody scans; second factors.
ALTER TABLE sessions ADD COLUMN factor VARCHAR(32) NOT NULL DEFAULT '';

CREATE TABLE sign_in_codes (
  account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL, code_index VARCHAR(32) NOT NULL,
  told_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  PRIMARY KEY (account, openid)
);
CREATE UNIQUE INDEX sign_in_codes_by_code ON sign_in_codes (code_index);
CREATE INDEX sign_in_codes_expired ON sign_in_codes (expires_at);

CREATE TABLE sign_in_scans (
  secret_index VARCHAR(32) NOT NULL, scene_index VARCHAR(32) NOT NULL, account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL,
  label VARCHAR(64) NOT NULL, asked_at BIGINT NOT NULL, scanned_at BIGINT NOT NULL, expires_at BIGINT NOT NULL,
  PRIMARY KEY (secret_index)
);
CREATE UNIQUE INDEX sign_in_scans_by_scene ON sign_in_scans (scene_index);
CREATE INDEX sign_in_scans_by_sender ON sign_in_scans (account, openid);
CREATE INDEX sign_in_scans_expired ON sign_in_scans (expires_at);

CREATE TABLE second_factors (
  village_id VARCHAR(32) NOT NULL, villager_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, key_sealed VARBINARY(255) NOT NULL,
  made_at BIGINT NOT NULL, confirmed_at BIGINT NOT NULL, last_step BIGINT NOT NULL,
  misses INT NOT NULL, misses_since BIGINT NOT NULL, locked_until BIGINT NOT NULL,
  PRIMARY KEY (village_id, villager_id)
);
CREATE INDEX second_factors_pending ON second_factors (confirmed_at, made_at);

-- +goose Down
DROP TABLE second_factors;
DROP TABLE sign_in_scans;
DROP TABLE sign_in_codes;
ALTER TABLE sessions DROP COLUMN factor;
