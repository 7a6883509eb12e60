-- The retailers' own systems: how they are reached, how far they have been read, and how they are.
-- Credentials are sealed under the server's secret.

CREATE TABLE connectors (
    site_id         TEXT    NOT NULL REFERENCES sites (site_id),
    connector_id    TEXT    NOT NULL UNIQUE,
    kind            TEXT    NOT NULL,
    base_url        TEXT    NOT NULL,
    credential      TEXT    NOT NULL,
    webhook_secret  TEXT    NOT NULL,
    -- As orders.source: orders of two systems of one kind stay apart.
    source          TEXT    NOT NULL,
    cursor          TEXT    NOT NULL,
    -- Where the round over open orders is; empty before and after.
    sweep           TEXT    NOT NULL DEFAULT '',
    created_at      BIGINT  NOT NULL,
    last_ok_at      BIGINT,
    last_change_at  BIGINT,
    last_webhook_at BIGINT,
    last_error      TEXT,
    last_error_at   BIGINT,
    -- In a row, since last_ok_at.
    failures        BIGINT  NOT NULL DEFAULT 0,
    next_poll_at    BIGINT  NOT NULL,
    PRIMARY KEY (site_id, connector_id),
    UNIQUE (site_id, source)
);
