-- Returns policies, what shoppers send back under them, and withdrawals from contracts. Sums and reasons are JSON text.

-- Never changed: a policy that is mended is a new row.
CREATE TABLE return_policies (
    site_id       TEXT   NOT NULL REFERENCES sites (site_id),
    policy_id     TEXT   NOT NULL,
    in_force_from TEXT   NOT NULL,
    source        TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (site_id, policy_id)
);

-- Returns, exchanges and claims. total is what is to be paid out; NULL where it is not known, or goods are sent instead.
CREATE TABLE returns (
    site_id      TEXT    NOT NULL REFERENCES sites (site_id),
    return_id    TEXT    NOT NULL,
    number       TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    state        TEXT    NOT NULL,
    order_id     TEXT    NOT NULL,
    shopper_id   TEXT    NOT NULL,
    request_key  TEXT    NOT NULL,
    request_hash TEXT    NOT NULL,
    locale       TEXT    NOT NULL,
    resolution   TEXT    NOT NULL,
    method       TEXT,
    goods_back   BOOLEAN NOT NULL,
    currency     TEXT    NOT NULL,
    sums         TEXT,
    total        BIGINT,
    policy_id    TEXT,
    verdict      TEXT    NOT NULL,
    comment      TEXT,
    send_by      BIGINT,
    last_seq     BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    PRIMARY KEY (site_id, return_id),
    UNIQUE (site_id, number),
    UNIQUE (site_id, shopper_id, request_key),
    FOREIGN KEY (site_id, order_id) REFERENCES orders (site_id, order_id) ON DELETE CASCADE
);
CREATE INDEX returns_by_order ON returns (site_id, order_id);
CREATE INDEX returns_by_time ON returns (site_id, created_at, return_id);

-- shop_before: how many pieces of the line the shop's own system had refunded when this was asked for.
CREATE TABLE return_lines (
    site_id     TEXT   NOT NULL,
    return_id   TEXT   NOT NULL,
    line_id     TEXT   NOT NULL,
    position    BIGINT NOT NULL,
    title       TEXT   NOT NULL,
    sku         TEXT,
    quantity    BIGINT NOT NULL,
    reason      TEXT   NOT NULL,
    why         TEXT   NOT NULL,
    rules       TEXT   NOT NULL,
    shop_before BIGINT NOT NULL,
    received    BIGINT,
    grade       TEXT,
    serial      TEXT,
    PRIMARY KEY (site_id, return_id, line_id),
    FOREIGN KEY (site_id, return_id) REFERENCES returns (site_id, return_id) ON DELETE CASCADE
);

CREATE TABLE return_photos (
    site_id       TEXT   NOT NULL,
    return_id     TEXT   NOT NULL,
    attachment_id TEXT   NOT NULL,
    line_id       TEXT   NOT NULL,
    position      BIGINT NOT NULL,
    PRIMARY KEY (site_id, return_id, attachment_id),
    FOREIGN KEY (site_id, return_id) REFERENCES returns (site_id, return_id) ON DELETE CASCADE
);

-- Everything that was done to a return, by whom. Rows are added, never changed.
CREATE TABLE return_events (
    site_id    TEXT   NOT NULL,
    return_id  TEXT   NOT NULL,
    seq        BIGINT NOT NULL,
    at         BIGINT NOT NULL,
    actor_kind TEXT   NOT NULL,
    actor_id   TEXT,
    event      TEXT   NOT NULL,
    from_state TEXT   NOT NULL,
    to_state   TEXT   NOT NULL,
    note       TEXT   NOT NULL,
    PRIMARY KEY (site_id, return_id, seq),
    FOREIGN KEY (site_id, return_id) REFERENCES returns (site_id, return_id) ON DELETE CASCADE
);

-- Anybody may declare one: order_id is there when number and contact are those of an order of the site.
CREATE TABLE withdrawals (
    site_id         TEXT   NOT NULL REFERENCES sites (site_id),
    withdrawal_id   TEXT   NOT NULL,
    number          TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    request_key     TEXT   NOT NULL,
    request_hash    TEXT   NOT NULL,
    locale          TEXT   NOT NULL,
    name            TEXT   NOT NULL,
    order_number    TEXT   NOT NULL,
    contact         TEXT   NOT NULL,
    part            TEXT,
    order_id        TEXT,
    declared_at     BIGINT NOT NULL,
    acknowledged_at BIGINT,
    PRIMARY KEY (site_id, withdrawal_id),
    UNIQUE (site_id, number),
    UNIQUE (site_id, request_key)
);
CREATE INDEX withdrawals_by_time ON withdrawals (site_id, declared_at, withdrawal_id);
