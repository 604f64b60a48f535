-- +goose Up
-- Answers to writes that came with an Idempotency-Key, kept for a day.
CREATE TABLE kept_answers (
  owner VARCHAR(64) NOT NULL, idem_key VARCHAR(128) NOT NULL, request_hash VARCHAR(64) NOT NULL,
  answer MEDIUMTEXT NOT NULL, expires_at BIGINT NOT NULL,
  PRIMARY KEY (owner, idem_key)
);
CREATE INDEX kept_answers_expired ON kept_answers (expires_at);

-- +goose Down
DROP TABLE kept_answers;
