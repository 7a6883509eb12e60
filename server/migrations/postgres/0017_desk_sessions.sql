-- Who of the shop's people is logged in, where, and how often somebody has tried in vain.

-- The authenticator's secret, sealed; NULL: the password is enough. totp_step: the step of the last code that was taken, so
-- that none works twice.
ALTER TABLE agents ADD COLUMN totp_secret TEXT;
ALTER TABLE agents ADD COLUMN totp_step BIGINT;

-- A browser in which somebody is logged in. token_hash is a keyed hash of what its cookie says. Ending one deletes it.
CREATE TABLE desk_sessions (
    site_id    TEXT   NOT NULL,
    session_id TEXT   NOT NULL,
    token_hash TEXT   NOT NULL UNIQUE,
    agent_id   TEXT   NOT NULL,
    device     TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    PRIMARY KEY (site_id, session_id),
    FOREIGN KEY (site_id, agent_id) REFERENCES agents (site_id, agent_id)
);
CREATE INDEX desk_sessions_by_agent ON desk_sessions (site_id, agent_id);

-- Who comes in is looked for by address before it is known which shop it is.
CREATE INDEX agents_by_email ON agents (email);

-- How many conversations each of them has.
CREATE INDEX conversations_held ON conversations (site_id, agent_id) WHERE state = 'assigned';

-- Tries to show a password or a code that count, since the first of them. The bucket is a keyed hash: the table says nothing
-- about anybody. site_id is empty: at the door nobody knows the shop yet.
CREATE TABLE log_in_tries (
    site_id TEXT   NOT NULL,
    bucket  TEXT   NOT NULL,
    since   BIGINT NOT NULL,
    tries   BIGINT NOT NULL,
    PRIMARY KEY (site_id, bucket)
);
