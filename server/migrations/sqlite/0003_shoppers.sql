-- Who shoppers are: proven by a code sent to them, or by the shop's own signature. No two are ever merged, though an
-- e-mail address may occur with several. What was only typed stands here as a keyed hash, codes and tokens likewise.

CREATE TABLE shoppers (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    shopper_id TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    PRIMARY KEY (site_id, shopper_id),
    UNIQUE (site_id, kind, subject)
);

-- email and phone are what the session may see the orders of.
CREATE TABLE shopper_sessions (
    site_id       TEXT    NOT NULL,
    token_hash    TEXT    NOT NULL,
    shopper_id    TEXT    NOT NULL,
    email         TEXT,
    phone         TEXT,
    name          TEXT,
    locale        TEXT,
    shared_device BOOLEAN NOT NULL,
    created_at    BIGINT  NOT NULL,
    seen_at       BIGINT  NOT NULL,
    PRIMARY KEY (site_id, token_hash),
    FOREIGN KEY (site_id, shopper_id) REFERENCES shoppers (site_id, shopper_id) ON DELETE CASCADE
);

-- Asked for by an address that no order has: the row stands there all the same, without kind and contact.
CREATE TABLE shopper_codes (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    code_id    TEXT   NOT NULL,
    code_hash  TEXT   NOT NULL,
    kind       TEXT,
    contact    TEXT,
    order_id   TEXT,
    tries      BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at    BIGINT,
    PRIMARY KEY (site_id, code_id)
);

-- The last three codes for one address, newest first.
CREATE TABLE shopper_code_sends (
    site_id     TEXT   NOT NULL,
    bucket      TEXT   NOT NULL,
    last_at     BIGINT NOT NULL,
    previous_at BIGINT NOT NULL,
    oldest_at   BIGINT NOT NULL,
    PRIMARY KEY (site_id, bucket)
);

-- Codes asked for from one place within an hour.
CREATE TABLE shopper_code_requests (
    site_id      TEXT   NOT NULL,
    bucket       TEXT   NOT NULL,
    window_start BIGINT NOT NULL,
    requests     BIGINT NOT NULL,
    PRIMARY KEY (site_id, bucket, window_start)
);

-- With what the shop signs: a sealed secret (HS256) or a public key (EdDSA).
CREATE TABLE identity_keys (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    algorithm  TEXT   NOT NULL,
    material   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (site_id)
);

-- Tokens that were used, until they expire.
CREATE TABLE identity_nonces (
    site_id    TEXT   NOT NULL,
    nonce      TEXT   NOT NULL,
    expires_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, nonce)
);

CREATE INDEX orders_by_email ON orders (site_id, email);
CREATE INDEX orders_by_phone ON orders (site_id, phone);
