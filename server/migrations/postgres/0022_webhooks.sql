-- Webhooks that go out: where to, what is to be told, and how far it has been told. A message stands here from the very
-- transaction on that it tells of.

-- events: the types that are wished, each between blanks; ' * ' for all. secret: sealed; old_secret signs beside it until
-- old_secret_until. state: on, off; off_reason: paused, gone, failing.
CREATE TABLE webhook_endpoints (
    site_id          TEXT   NOT NULL REFERENCES sites (site_id),
    endpoint_id      TEXT   NOT NULL,
    url              TEXT   NOT NULL,
    events           TEXT   NOT NULL,
    description      TEXT   NOT NULL,
    secret           TEXT   NOT NULL,
    old_secret       TEXT,
    old_secret_until BIGINT,
    state            TEXT   NOT NULL,
    off_reason       TEXT,
    off_at           BIGINT,
    -- In a row, since last_ok_at; and since when.
    failures         BIGINT NOT NULL DEFAULT 0,
    failing_since    BIGINT,
    -- After many failures in a row it is left alone until then.
    rests_until      BIGINT,
    last_ok_at       BIGINT,
    last_error       TEXT,
    last_error_at    BIGINT,
    created_at       BIGINT NOT NULL,
    updated_at       BIGINT NOT NULL,
    PRIMARY KEY (site_id, endpoint_id)
);

-- stream: what it is about, in the order of position: one conversation, one order, one return.
CREATE TABLE webhook_messages (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    message_id TEXT   NOT NULL,
    stream     TEXT   NOT NULL,
    position   BIGINT NOT NULL,
    type       TEXT   NOT NULL,
    payload    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, message_id),
    UNIQUE (site_id, stream, position)
);
CREATE INDEX webhook_messages_by_time ON webhook_messages (created_at);

-- One message to one endpoint. state: waiting, done, dead. last_status: of the answer; NULL when there was none.
CREATE TABLE webhook_deliveries (
    site_id       TEXT   NOT NULL,
    endpoint_id   TEXT   NOT NULL,
    message_id    TEXT   NOT NULL,
    stream        TEXT   NOT NULL,
    position      BIGINT NOT NULL,
    state         TEXT   NOT NULL,
    attempt       BIGINT NOT NULL DEFAULT 0,
    run_at        BIGINT NOT NULL,
    claim         TEXT,
    claimed_until BIGINT,
    last_at       BIGINT,
    last_status   BIGINT,
    last_error    TEXT,
    excerpt       TEXT,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (site_id, endpoint_id, message_id),
    FOREIGN KEY (site_id, message_id) REFERENCES webhook_messages (site_id, message_id) ON DELETE CASCADE
);
CREATE INDEX webhook_deliveries_due ON webhook_deliveries (site_id, endpoint_id, state, run_at);
CREATE INDEX webhook_deliveries_in_order ON webhook_deliveries (site_id, endpoint_id, stream, state, position);
CREATE INDEX webhook_deliveries_by_time ON webhook_deliveries (site_id, endpoint_id, created_at, message_id);
CREATE INDEX webhook_deliveries_of_message ON webhook_deliveries (site_id, message_id);
