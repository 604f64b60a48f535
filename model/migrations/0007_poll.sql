-- +goose Up
-- Deliberation and voting. A ballot of a secret poll has no voter, no time and no
-- order: its key is the receipt that the voter's phone drew, and turnout stands in
-- a table of its own, without a time too.
CREATE TABLE matters (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, kind VARCHAR(32) NOT NULL, title VARCHAR(128) NOT NULL, text MEDIUMTEXT NOT NULL,
  state VARCHAR(16) NOT NULL, proposal_id VARCHAR(32) NOT NULL, created_at BIGINT NOT NULL, ended_at BIGINT NOT NULL, ended_reason VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE TABLE matter_steps (
  village_id VARCHAR(32) NOT NULL, matter_id VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL,
  at BIGINT NOT NULL, by_id VARCHAR(64) NOT NULL, by_name VARCHAR(64) NOT NULL, record MEDIUMTEXT NOT NULL, upload_id VARCHAR(32) NOT NULL, subject VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, matter_id, state)
);
CREATE TABLE proposals (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, title VARCHAR(128) NOT NULL, text MEDIUMTEXT NOT NULL,
  by_id VARCHAR(32) NOT NULL, by_name VARCHAR(64) NOT NULL, state VARCHAR(16) NOT NULL, needed INT NOT NULL,
  created_at BIGINT NOT NULL, due_at BIGINT NOT NULL, look_at BIGINT NOT NULL, answered_at BIGINT NOT NULL, answer MEDIUMTEXT NOT NULL, matter_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE INDEX proposals_due ON proposals (state, look_at);
CREATE TABLE proposal_signers (
  village_id VARCHAR(32) NOT NULL, proposal_id VARCHAR(32) NOT NULL, villager_id VARCHAR(32) NOT NULL, signed_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, proposal_id, villager_id)
);
CREATE TABLE remarks (
  village_id VARCHAR(32) NOT NULL, topic_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, by_id VARCHAR(32) NOT NULL, by_name VARCHAR(64) NOT NULL,
  text MEDIUMTEXT NOT NULL, created_at BIGINT NOT NULL, hidden_at BIGINT NOT NULL, hidden_by VARCHAR(64) NOT NULL, hidden_reason VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, topic_id, id)
);
CREATE TABLE organ_members (
  village_id VARCHAR(32) NOT NULL, organ VARCHAR(32) NOT NULL, villager_id VARCHAR(32) NOT NULL,
  since BIGINT NOT NULL, ended_at BIGINT NOT NULL, by_id VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, organ, villager_id)
);

CREATE TABLE polls (
  village_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, matter_id VARCHAR(32) NOT NULL, kind VARCHAR(32) NOT NULL,
  title VARCHAR(128) NOT NULL, text MEDIUMTEXT NOT NULL, organ VARCHAR(32) NOT NULL, group_name VARCHAR(64) NOT NULL, by_household BOOLEAN NOT NULL,
  secret BOOLEAN NOT NULL, village_only BOOLEAN NOT NULL, options TEXT NOT NULL, max_choices INT NOT NULL, effect VARCHAR(16) NOT NULL, authorisation_id VARCHAR(32) NOT NULL,
  offline VARCHAR(255) NOT NULL, urgent_reason VARCHAR(255) NOT NULL, state VARCHAR(16) NOT NULL, look_at BIGINT NOT NULL,
  opens_at BIGINT NOT NULL, closes_at BIGINT NOT NULL, noticed_at BIGINT NOT NULL, objections_until BIGINT NOT NULL, decide_until BIGINT NOT NULL,
  verified_at BIGINT NOT NULL, verified_by VARCHAR(64) NOT NULL, electorate INT NOT NULL, opened_at BIGINT NOT NULL,
  extended_at BIGINT NOT NULL, extension_reason VARCHAR(255) NOT NULL, closed_at BIGINT NOT NULL, end_reason VARCHAR(255) NOT NULL,
  turnout INT NOT NULL, quorum_met BOOLEAN NOT NULL, passed BOOLEAN NOT NULL, result MEDIUMTEXT NOT NULL,
  rules_on VARCHAR(10) NOT NULL, created_by VARCHAR(64) NOT NULL, created_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, id)
);
CREATE INDEX polls_by_state ON polls (village_id, state, id);
CREATE INDEX polls_due ON polls (state, look_at);
CREATE TABLE poll_voters (
  village_id VARCHAR(32) NOT NULL, poll_id VARCHAR(32) NOT NULL, person_id VARCHAR(32) NOT NULL, voter_id VARCHAR(32) NOT NULL,
  away BOOLEAN NOT NULL, listed BOOLEAN NOT NULL,
  PRIMARY KEY (village_id, poll_id, person_id)
);
CREATE INDEX poll_voters_by_voter ON poll_voters (village_id, poll_id, voter_id);
CREATE TABLE poll_objections (
  village_id VARCHAR(32) NOT NULL, poll_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, by_id VARCHAR(32) NOT NULL, by_name VARCHAR(64) NOT NULL,
  kind VARCHAR(16) NOT NULL, about_id VARCHAR(32) NOT NULL, about_name VARCHAR(64) NOT NULL, text TEXT NOT NULL, state VARCHAR(16) NOT NULL,
  created_at BIGINT NOT NULL, decided_at BIGINT NOT NULL, decided_by VARCHAR(64) NOT NULL, reason VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, poll_id, id)
);
CREATE TABLE poll_gates (
  village_id VARCHAR(32) NOT NULL, poll_id VARCHAR(32) NOT NULL, gate INT NOT NULL, admits BOOLEAN NOT NULL, closes_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, poll_id, gate)
);
CREATE TABLE poll_turnouts (
  village_id VARCHAR(32) NOT NULL, poll_id VARCHAR(32) NOT NULL, voter_id VARCHAR(32) NOT NULL,
  person_id VARCHAR(32) NOT NULL, channel VARCHAR(16) NOT NULL, away BOOLEAN NOT NULL, via_id VARCHAR(64) NOT NULL,
  PRIMARY KEY (village_id, poll_id, voter_id)
);
CREATE TABLE poll_ballots (
  village_id VARCHAR(32) NOT NULL, poll_id VARCHAR(32) NOT NULL, receipt VARCHAR(32) NOT NULL, choices VARCHAR(255) NOT NULL, voter_id VARCHAR(32) NOT NULL,
  PRIMARY KEY (village_id, poll_id, receipt)
);
CREATE TABLE poll_proxies (
  village_id VARCHAR(32) NOT NULL, poll_id VARCHAR(32) NOT NULL, voter_id VARCHAR(32) NOT NULL, holder_id VARCHAR(32) NOT NULL, slot INT NOT NULL,
  upload_id VARCHAR(32) NOT NULL, by_id VARCHAR(64) NOT NULL, created_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, poll_id, voter_id)
);
CREATE UNIQUE INDEX poll_proxies_held ON poll_proxies (village_id, poll_id, holder_id, slot);
CREATE TABLE poll_assists (
  village_id VARCHAR(32) NOT NULL, poll_id VARCHAR(32) NOT NULL, voter_id VARCHAR(32) NOT NULL, id VARCHAR(32) NOT NULL, assistant_id VARCHAR(64) NOT NULL,
  consent VARCHAR(255) NOT NULL, upload_id VARCHAR(32) NOT NULL, receipt_sealed VARBINARY(255), state VARCHAR(16) NOT NULL, reason VARCHAR(255) NOT NULL,
  PRIMARY KEY (village_id, poll_id, voter_id, id)
);
CREATE TABLE poll_sheets (
  village_id VARCHAR(32) NOT NULL, poll_id VARCHAR(32) NOT NULL, number VARCHAR(32) NOT NULL, state VARCHAR(16) NOT NULL, votes INT NOT NULL,
  first_by VARCHAR(64) NOT NULL, second_by VARCHAR(64) NOT NULL, upload_id VARCHAR(32) NOT NULL, content_sealed MEDIUMBLOB,
  PRIMARY KEY (village_id, poll_id, number)
);
CREATE TABLE poll_links (
  village_id VARCHAR(32) NOT NULL, token_hash VARCHAR(64) NOT NULL, poll_id VARCHAR(32) NOT NULL, person_id VARCHAR(32) NOT NULL,
  account VARCHAR(64) NOT NULL, openid VARCHAR(64) NOT NULL, expires_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, token_hash)
);
CREATE INDEX poll_links_by_poll ON poll_links (village_id, poll_id, person_id);
CREATE TABLE poll_rounds (
  village_id VARCHAR(32) NOT NULL, poll_id VARCHAR(32) NOT NULL, kind VARCHAR(16) NOT NULL, reached VARCHAR(32) NOT NULL, done BOOLEAN NOT NULL, look_at BIGINT NOT NULL,
  PRIMARY KEY (village_id, poll_id, kind)
);
CREATE INDEX poll_rounds_due ON poll_rounds (done, look_at);

-- A rule is num/den; over 1: more than that (过半数), 0: at least that (以上);
-- of_all 1: of all on the roll, 0: of those who took part.
INSERT INTO rules (name, region, valid_from, valid_to, law, article, value, unit) VALUES
  ('poll.assembly_persons.quorum.num', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 1, 'fraction'),
  ('poll.assembly_persons.quorum.den', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 2, 'fraction'),
  ('poll.assembly_persons.quorum.over', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 1, 'yes'),
  ('poll.assembly_persons.pass.num', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 1, 'fraction'),
  ('poll.assembly_persons.pass.den', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 2, 'fraction'),
  ('poll.assembly_persons.pass.over', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 1, 'yes'),
  ('poll.assembly_persons.pass.of_all', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 0, 'yes'),
  ('poll.assembly_persons.notice', '', '2026-01-01', '', '村民委员会组织法', '第二十六条', 10, 'days'),
  ('poll.assembly_households.quorum.num', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 2, 'fraction'),
  ('poll.assembly_households.quorum.den', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 3, 'fraction'),
  ('poll.assembly_households.quorum.over', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 0, 'yes'),
  ('poll.assembly_households.pass.num', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 1, 'fraction'),
  ('poll.assembly_households.pass.den', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 2, 'fraction'),
  ('poll.assembly_households.pass.over', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 1, 'yes'),
  ('poll.assembly_households.pass.of_all', '', '2026-01-01', '', '村民委员会组织法', '第二十五条', 0, 'yes'),
  ('poll.assembly_households.notice', '', '2026-01-01', '', '村民委员会组织法', '第二十六条', 10, 'days'),
  ('poll.representatives.quorum.num', '', '2026-01-01', '', '村民委员会组织法', '第三十条', 2, 'fraction'),
  ('poll.representatives.quorum.den', '', '2026-01-01', '', '村民委员会组织法', '第三十条', 3, 'fraction'),
  ('poll.representatives.quorum.over', '', '2026-01-01', '', '村民委员会组织法', '第三十条', 0, 'yes'),
  ('poll.representatives.pass.num', '', '2026-01-01', '', '村民委员会组织法', '第三十条', 1, 'fraction'),
  ('poll.representatives.pass.den', '', '2026-01-01', '', '村民委员会组织法', '第三十条', 2, 'fraction'),
  ('poll.representatives.pass.over', '', '2026-01-01', '', '村民委员会组织法', '第三十条', 1, 'yes'),
  ('poll.representatives.pass.of_all', '', '2026-01-01', '', '村民委员会组织法', '第三十条', 0, 'yes'),
  ('poll.representatives.notice', '', '2026-01-01', '', '本系统设计', '本系统默认', 0, 'days'),
  ('poll.group.quorum.num', '', '2026-01-01', '', '村民委员会组织法', '第三十二条', 2, 'fraction'),
  ('poll.group.quorum.den', '', '2026-01-01', '', '村民委员会组织法', '第三十二条', 3, 'fraction'),
  ('poll.group.quorum.over', '', '2026-01-01', '', '村民委员会组织法', '第三十二条', 0, 'yes'),
  ('poll.group.pass.num', '', '2026-01-01', '', '村民委员会组织法', '第三十二条', 1, 'fraction'),
  ('poll.group.pass.den', '', '2026-01-01', '', '村民委员会组织法', '第三十二条', 2, 'fraction'),
  ('poll.group.pass.over', '', '2026-01-01', '', '村民委员会组织法', '第三十二条', 1, 'yes'),
  ('poll.group.pass.of_all', '', '2026-01-01', '', '村民委员会组织法', '第三十二条', 0, 'yes'),
  ('poll.group.notice', '', '2026-01-01', '', '本系统设计', '本系统默认', 0, 'days'),
  ('poll.collective.quorum.num', '', '2025-05-01', '', '农村集体经济组织法', '第二十六至二十八条', 2, 'fraction'),
  ('poll.collective.quorum.den', '', '2025-05-01', '', '农村集体经济组织法', '第二十六至二十八条', 3, 'fraction'),
  ('poll.collective.quorum.over', '', '2025-05-01', '', '农村集体经济组织法', '第二十六至二十八条', 0, 'yes'),
  ('poll.collective.pass.num', '', '2025-05-01', '', '农村集体经济组织法', '第二十六至二十八条', 2, 'fraction'),
  ('poll.collective.pass.den', '', '2025-05-01', '', '农村集体经济组织法', '第二十六至二十八条', 3, 'fraction'),
  ('poll.collective.pass.over', '', '2025-05-01', '', '农村集体经济组织法', '第二十六至二十八条', 0, 'yes'),
  ('poll.collective.pass.of_all', '', '2025-05-01', '', '农村集体经济组织法', '第二十六至二十八条', 1, 'yes'),
  ('poll.collective.notice', '', '2025-05-01', '', '农村集体经济组织法', '第二十六至二十八条', 10, 'days'),
  ('poll.consultation.quorum.num', '', '2022-05-01', '', '本系统设计', '协商不设人数要求', 0, 'fraction'),
  ('poll.consultation.quorum.den', '', '2022-05-01', '', '本系统设计', '协商不设人数要求', 1, 'fraction'),
  ('poll.consultation.quorum.over', '', '2022-05-01', '', '本系统设计', '协商不设人数要求', 0, 'yes'),
  ('poll.consultation.pass.num', '', '2022-05-01', '', '本系统设计', '本系统默认', 1, 'fraction'),
  ('poll.consultation.pass.den', '', '2022-05-01', '', '本系统设计', '本系统默认', 2, 'fraction'),
  ('poll.consultation.pass.over', '', '2022-05-01', '', '本系统设计', '本系统默认', 1, 'yes'),
  ('poll.consultation.pass.of_all', '', '2022-05-01', '', '本系统设计', '本系统默认', 0, 'yes'),
  ('poll.consultation.notice', '', '2022-05-01', '', '本系统设计', '本系统默认', 0, 'days'),
  ('poll.age', '', '2022-05-01', '', '村民委员会组织法', '村民会议由十八周岁以上的村民组成', 18, 'years'),
  ('poll.objection', '', '2022-05-01', '', '本系统设计', '本系统默认', 5, 'days'),
  ('poll.decision', '', '2022-05-01', '', '本系统设计', '本系统默认', 3, 'days'),
  ('poll.extension_max', '', '2022-05-01', '', '本系统设计', '本系统默认', 15, 'days'),
  ('poll.remind_before', '', '2022-05-01', '', '本系统设计', '本系统默认', 24, 'hours'),
  ('poll.proxy_max', '', '2022-05-01', '', '村民委员会组织法', '参照委托投票的规定', 3, 'count'),
  ('poll.subgroup_min', '', '2022-05-01', '', '个人信息保护法', '本系统默认', 5, 'count'),
  ('poll.link_life', '', '2022-05-01', '', '本系统设计', '本系统默认', 30, 'minutes'),
  ('proposal.signers', '', '2022-05-01', '', '本系统设计', '本系统默认', 10, 'count'),
  ('proposal.answer', '', '2022-05-01', '', '本系统设计', '本系统默认', 15, 'days');

-- +goose Down
DELETE FROM rules WHERE name LIKE 'poll.%' OR name LIKE 'proposal.%';
DROP TABLE poll_rounds;
DROP TABLE poll_links;
DROP TABLE poll_sheets;
DROP TABLE poll_assists;
DROP TABLE poll_proxies;
DROP TABLE poll_ballots;
DROP TABLE poll_turnouts;
DROP TABLE poll_gates;
DROP TABLE poll_objections;
DROP TABLE poll_voters;
DROP TABLE polls;
DROP TABLE organ_members;
DROP TABLE remarks;
DROP TABLE proposal_signers;
DROP TABLE proposals;
DROP TABLE matter_steps;
DROP TABLE matters;
