-- +goose Up
-- Files that people upload, whose they are and what they belong to; checks of
-- what people want to publish, by WeChat and by a person.
ALTER TABLE media ADD COLUMN owner VARCHAR(160) NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN subject VARCHAR(128) NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN filename VARCHAR(255) NOT NULL DEFAULT '';
ALTER TABLE media ADD COLUMN thumb_size BIGINT NOT NULL DEFAULT 0;
CREATE INDEX media_by_subject ON media (village_id, subject);
CREATE INDEX media_by_owner ON media (village_id, owner, id);

CREATE TABLE upload_days (
  village_id VARCHAR(32) NOT NULL, owner VARCHAR(160) NOT NULL, day VARCHAR(10) NOT NULL, count INT NOT NULL,
  PRIMARY KEY (village_id, owner, day)
);
CREATE INDEX upload_days_by_day ON upload_days (day);

CREATE TABLE content_checks (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, subject VARCHAR(128) NOT NULL, kind VARCHAR(16) NOT NULL,
  above BOOLEAN NOT NULL, text MEDIUMTEXT NOT NULL, media_id VARCHAR(32) NOT NULL, scene INT NOT NULL,
  author VARCHAR(160) NOT NULL, author_name VARCHAR(64) NOT NULL, account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL,
  state VARCHAR(16) NOT NULL, suggest VARCHAR(16) NOT NULL, label VARCHAR(32) NOT NULL, why VARCHAR(255) NOT NULL,
  trace_id VARCHAR(128) NOT NULL, token VARCHAR(64) NOT NULL, attempts INT NOT NULL,
  created_at BIGINT NOT NULL, next_at BIGINT NOT NULL, lease_until BIGINT NOT NULL,
  decided_at BIGINT NOT NULL, decided_by VARCHAR(32) NOT NULL, decided_name VARCHAR(64) NOT NULL, reason VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE INDEX content_checks_due ON content_checks (state, next_at);
CREATE INDEX content_checks_queue ON content_checks (village_id, state, above, id);
CREATE INDEX content_checks_by_subject ON content_checks (village_id, subject);
CREATE INDEX content_checks_by_media ON content_checks (village_id, media_id);
CREATE INDEX content_checks_by_trace ON content_checks (trace_id);
CREATE INDEX content_checks_by_token ON content_checks (token);

CREATE TABLE check_results (
  account VARCHAR(64) NOT NULL, trace_id VARCHAR(128) NOT NULL, suggest VARCHAR(16) NOT NULL, label VARCHAR(32) NOT NULL,
  failure VARCHAR(32) NOT NULL, at BIGINT NOT NULL,
  PRIMARY KEY (account, trace_id)
);
CREATE INDEX check_results_by_age ON check_results (at);

INSERT INTO rules (name, region, valid_from, valid_to, law, article, value, unit) VALUES
  ('upload.per_day', '', '2022-05-01', '', '本系统设计', '本系统默认', 60, 'count'),
  ('upload.loose', '', '2022-05-01', '', '本系统设计', '本系统默认', 48, 'hours');

-- +goose Down
DELETE FROM rules WHERE name IN ('upload.per_day', 'upload.loose');
DROP TABLE check_results;
DROP TABLE content_checks;
DROP TABLE upload_days;
DROP INDEX media_by_owner /*! ON media */;
DROP INDEX media_by_subject /*! ON media */;
ALTER TABLE media DROP COLUMN thumb_size;
ALTER TABLE media DROP COLUMN filename;
ALTER TABLE media DROP COLUMN subject;
ALTER TABLE media DROP COLUMN owner;
