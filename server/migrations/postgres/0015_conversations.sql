-- Who talks with the shop, and what was said. A conversation is a log: its events are numbered from 1 without gaps.

-- A browser that has begun to talk. token_hash is a keyed hash; NULL once the token has ended. shopper_id, and the contacts
-- that were proved with it: a verified shopper's browser. session_hash: the session under which its token was given; with
-- session_only the token is worth nothing without that session, as on a shared device.
CREATE TABLE visitors (
    site_id      TEXT    NOT NULL REFERENCES sites (site_id),
    visitor_id   TEXT    NOT NULL,
    token_hash   TEXT,
    shopper_id   TEXT,
    email        TEXT,
    phone        TEXT,
    name         TEXT,
    session_hash TEXT,
    session_only BOOLEAN NOT NULL,
    created_at   BIGINT  NOT NULL,
    seen_at      BIGINT  NOT NULL,
    PRIMARY KEY (site_id, visitor_id),
    UNIQUE (site_id, token_hash),
    FOREIGN KEY (site_id, shopper_id) REFERENCES shoppers (site_id, shopper_id)
);
CREATE INDEX visitors_by_session ON visitors (site_id, session_hash);

-- epoch is the log's own number: it grows when the log is begun anew. state: queued, assigned, closed. subject: JSON, what
-- she was looking at when she asked for a person.
CREATE TABLE conversations (
    site_id         TEXT   NOT NULL REFERENCES sites (site_id),
    conversation_id TEXT   NOT NULL,
    visitor_id      TEXT   NOT NULL,
    shopper_id      TEXT,
    epoch           BIGINT NOT NULL,
    last_seq        BIGINT NOT NULL,
    state           TEXT   NOT NULL,
    agent_id        TEXT,
    locale          TEXT   NOT NULL,
    subject         TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    updated_at      BIGINT NOT NULL,
    closed_at       BIGINT,
    PRIMARY KEY (site_id, conversation_id),
    FOREIGN KEY (site_id, visitor_id) REFERENCES visitors (site_id, visitor_id),
    FOREIGN KEY (site_id, shopper_id) REFERENCES shoppers (site_id, shopper_id),
    FOREIGN KEY (site_id, agent_id) REFERENCES agents (site_id, agent_id)
);
-- One open conversation to a browser, and to a verified shopper however many browsers she has.
CREATE UNIQUE INDEX conversations_open_visitor ON conversations (site_id, visitor_id) WHERE state <> 'closed';
CREATE UNIQUE INDEX conversations_open_shopper ON conversations (site_id, shopper_id) WHERE state <> 'closed' AND shopper_id IS NOT NULL;
CREATE INDEX conversations_by_time ON conversations (site_id, created_at, conversation_id);

-- client_id is what the sender's client drew for it: the same again is the same event. It is NULL for what we write ourselves.
-- sender_id: the agent's; empty for the visitor, of whom a conversation has one, however often her token changes.
CREATE TABLE conversation_events (
    site_id         TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    seq             BIGINT NOT NULL,
    at              BIGINT NOT NULL,
    sender_kind     TEXT   NOT NULL,
    sender_id       TEXT   NOT NULL,
    client_id       TEXT,
    body_hash       TEXT   NOT NULL,
    kind            TEXT   NOT NULL,
    body            TEXT   NOT NULL,
    PRIMARY KEY (site_id, conversation_id, seq),
    UNIQUE (site_id, conversation_id, sender_kind, sender_id, client_id),
    FOREIGN KEY (site_id, conversation_id) REFERENCES conversations (site_id, conversation_id) ON DELETE CASCADE
);
CREATE UNIQUE INDEX conversation_events_rated ON conversation_events (site_id, conversation_id) WHERE kind = 'rated';

-- How far somebody has read. reader_id: as sender_id.
CREATE TABLE read_marks (
    site_id         TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    reader_kind     TEXT   NOT NULL,
    reader_id       TEXT   NOT NULL,
    seq             BIGINT NOT NULL,
    PRIMARY KEY (site_id, conversation_id, reader_kind, reader_id),
    FOREIGN KEY (site_id, conversation_id) REFERENCES conversations (site_id, conversation_id) ON DELETE CASCADE
);
