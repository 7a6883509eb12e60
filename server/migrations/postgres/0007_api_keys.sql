-- Secret keys with which the retailer's own systems write orders. Only a hash is kept; the key itself has 128 random bits.

CREATE TABLE api_keys (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    key_id     TEXT   NOT NULL,
    key_hash   TEXT   NOT NULL UNIQUE,
    name       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    PRIMARY KEY (site_id, key_id)
);
