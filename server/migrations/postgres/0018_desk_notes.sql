-- What the desk's queue shows, in the order in which it shows it, and what the shop's people write for one another.

-- waiting_since: since when she has waited for an answer; NULL while she does not. desk_version: what desk_versions said when
-- the queue's line of it was last another. order_key: the letters and digits of the order's number that she asked about, in
-- lower case.
ALTER TABLE conversations ADD COLUMN waiting_since BIGINT;
ALTER TABLE conversations ADD COLUMN desk_version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN order_key TEXT;
-- In the form in which it is searched: of visitors what a verified shopper has proved, of events what a message says.
ALTER TABLE visitors ADD COLUMN words TEXT;
ALTER TABLE conversation_events ADD COLUMN words TEXT;

UPDATE conversations SET order_key = lower(replace(replace(replace(CAST(subject AS JSON) ->> 'order', '-', ''), ' ', ''), '#', ''));
UPDATE visitors SET words = lower(COALESCE(email, '') || ' ' || COALESCE(phone, '') || ' ' || COALESCE(name, ''))
    WHERE shopper_id IS NOT NULL;
UPDATE conversation_events SET words = lower(CAST(body AS JSON) ->> 'text') WHERE kind = 'message';

-- The queue's order is one number that grows: whoever waits comes by when she began to, the others after all who wait, the
-- newest first.
CREATE INDEX conversations_of_agent ON conversations
    (site_id, agent_id, (COALESCE(waiting_since, 9000000000000000 - updated_at)), conversation_id) WHERE state <> 'closed';
CREATE INDEX conversations_open ON conversations
    (site_id, (COALESCE(waiting_since, 9000000000000000 - updated_at)), conversation_id) WHERE state <> 'closed';
CREATE INDEX conversations_unassigned ON conversations
    (site_id, (COALESCE(waiting_since, 9000000000000000 - updated_at)), conversation_id) WHERE state = 'queued';
CREATE INDEX conversations_closed ON conversations
    (site_id, (COALESCE(waiting_since, 9000000000000000 - updated_at)), conversation_id) WHERE state = 'closed';
CREATE INDEX conversations_by_version ON conversations (site_id, desk_version);
CREATE INDEX conversations_of_shopper ON conversations (site_id, shopper_id, created_at, conversation_id);
CREATE INDEX conversations_of_visitor ON conversations (site_id, visitor_id, created_at, conversation_id);

-- Grows with every change to what a queue shows, in the same transaction.
CREATE TABLE desk_versions (
    site_id TEXT   NOT NULL REFERENCES sites (site_id),
    version BIGINT NOT NULL,
    PRIMARY KEY (site_id)
);

-- What colleagues tell one another of a conversation; no shopper ever sees it. It is no part of the log: after_seq says after
-- which event it was written. client_id is what the writer's desk drew for it: the same again is the same note. number: their order,
-- from 1.
CREATE TABLE conversation_notes (
    site_id         TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    note_id         TEXT   NOT NULL,
    agent_id        TEXT   NOT NULL,
    client_id       TEXT   NOT NULL,
    after_seq       BIGINT NOT NULL,
    at              BIGINT NOT NULL,
    text            TEXT   NOT NULL,
    number          BIGINT NOT NULL,
    PRIMARY KEY (site_id, conversation_id, note_id),
    UNIQUE (site_id, conversation_id, number),
    UNIQUE (site_id, conversation_id, agent_id, client_id),
    FOREIGN KEY (site_id, conversation_id) REFERENCES conversations (site_id, conversation_id) ON DELETE CASCADE,
    FOREIGN KEY (site_id, agent_id) REFERENCES agents (site_id, agent_id)
);

-- Texts that are written often. texts: JSON, a text for each language.
CREATE TABLE canned_replies (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    shortcut   TEXT   NOT NULL,
    texts      TEXT   NOT NULL,
    updated_at BIGINT NOT NULL,
    updated_by TEXT,
    PRIMARY KEY (site_id, shortcut)
);
