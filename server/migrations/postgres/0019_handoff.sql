-- Waiting for a person: when the shop answers, how long that took, where answers are mailed, and who is asked first.

-- When somebody answers conversations: the file as it was written. NULL: always.
ALTER TABLE sites ADD COLUMN chat_hours TEXT;
-- How many conversations routing gives to one of the shop's people at a time. NULL: it gives nobody any.
ALTER TABLE sites ADD COLUMN routing_capacity BIGINT;
-- Whoever has helped her before is asked first.
ALTER TABLE sites ADD COLUMN routing_sticky BOOLEAN NOT NULL DEFAULT FALSE;

-- begun_place: her place in the queue when she came, from 1. assigned_at: when the first of the shop's people took it on.
-- routed_at: whoever has it was given it by routing at that moment, and has not taken it up: until then anybody may take it.
ALTER TABLE conversations ADD COLUMN begun_place BIGINT;
ALTER TABLE conversations ADD COLUMN assigned_at BIGINT;
ALTER TABLE conversations ADD COLUMN routed_at BIGINT;
CREATE INDEX conversations_in_line ON conversations (site_id, created_at, conversation_id) WHERE state = 'queued';
CREATE INDEX conversations_served ON conversations (site_id, assigned_at) WHERE assigned_at IS NOT NULL;

-- Where an answer is mailed that she does not come to see. verified: she had proved that it is hers; otherwise she typed it,
-- and confirmed_at is when whoever reads it said that it was right. mailed_seq: up to where she was told by mail.
-- seen_at: when she last waited for news here. on_page: she wrote on a page of ours, not in the shop's.
CREATE TABLE answer_mails (
    site_id         TEXT    NOT NULL,
    conversation_id TEXT    NOT NULL,
    email           TEXT    NOT NULL,
    verified        BOOLEAN NOT NULL,
    locale          TEXT    NOT NULL,
    on_page         BOOLEAN NOT NULL,
    asked_at        BIGINT  NOT NULL,
    confirmed_at    BIGINT,
    stopped_at      BIGINT,
    mailed_seq      BIGINT  NOT NULL,
    seen_at         BIGINT  NOT NULL,
    PRIMARY KEY (site_id, conversation_id),
    FOREIGN KEY (site_id, conversation_id) REFERENCES conversations (site_id, conversation_id) ON DELETE CASCADE
);

-- Which languages one of the shop's people writes: JSON, tags. NULL: every one.
ALTER TABLE agents ADD COLUMN locales TEXT;

-- Routing of one site decides one thing after the other.
CREATE TABLE routing_turns (
    site_id TEXT   NOT NULL REFERENCES sites (site_id),
    turn    BIGINT NOT NULL,
    PRIMARY KEY (site_id)
);

-- Who is there to be given conversations. seen_at: the last sign of life.
CREATE TABLE agent_presence (
    site_id   TEXT    NOT NULL,
    agent_id  TEXT    NOT NULL,
    available BOOLEAN NOT NULL,
    seen_at   BIGINT  NOT NULL,
    PRIMARY KEY (site_id, agent_id),
    FOREIGN KEY (site_id, agent_id) REFERENCES agents (site_id, agent_id) ON DELETE CASCADE
);
