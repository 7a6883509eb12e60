-- Sites, staff, orders with their parcels, help articles, and what the limiter and the importers remember.
-- Every key begins with site_id. Times are milliseconds since 1970 (UTC), money is in minor units, lists are JSON text.

CREATE TABLE sites (
    site_id              TEXT    NOT NULL PRIMARY KEY,
    public_key           TEXT    NOT NULL UNIQUE,
    names                TEXT    NOT NULL,
    origins              TEXT    NOT NULL,
    locales              TEXT    NOT NULL,
    currency             TEXT    NOT NULL,
    time_zone            TEXT    NOT NULL,
    country              TEXT    NOT NULL,
    brand_color          TEXT    NOT NULL,
    logo_url             TEXT,
    launcher_side        TEXT    NOT NULL,
    order_number_example TEXT    NOT NULL,
    contact_email        TEXT,
    contact_phone        TEXT,
    articles_revision    BIGINT  NOT NULL DEFAULT 0,
    created_at           BIGINT  NOT NULL,
    updated_at           BIGINT  NOT NULL
);

CREATE TABLE agents (
    site_id       TEXT   NOT NULL REFERENCES sites (site_id),
    agent_id      TEXT   NOT NULL,
    email         TEXT   NOT NULL,
    name          TEXT   NOT NULL,
    role          TEXT   NOT NULL,
    password_hash TEXT   NOT NULL,
    created_at    BIGINT NOT NULL,
    disabled_at   BIGINT,
    PRIMARY KEY (site_id, agent_id),
    UNIQUE (site_id, email)
);

CREATE TABLE orders (
    site_id      TEXT   NOT NULL REFERENCES sites (site_id),
    order_id     TEXT   NOT NULL,
    source       TEXT   NOT NULL,
    external_id  TEXT   NOT NULL,
    number       TEXT   NOT NULL,
    number_key   TEXT   NOT NULL,
    placed_at    BIGINT NOT NULL,
    currency     TEXT   NOT NULL,
    locale       TEXT,
    state        TEXT   NOT NULL,
    cancelled_at BIGINT,
    email        TEXT,
    phone        TEXT,
    recipient    TEXT,
    address      TEXT,
    refunded     BIGINT NOT NULL DEFAULT 0,
    fingerprint  TEXT   NOT NULL,
    updated_at   BIGINT NOT NULL,
    PRIMARY KEY (site_id, order_id),
    UNIQUE (site_id, source, external_id)
);
CREATE INDEX orders_by_number ON orders (site_id, number_key);

CREATE TABLE order_lines (
    site_id    TEXT   NOT NULL,
    order_id   TEXT   NOT NULL,
    line_id    TEXT   NOT NULL,
    position   BIGINT NOT NULL,
    sku        TEXT,
    title      TEXT   NOT NULL,
    quantity   BIGINT NOT NULL,
    refunded   BIGINT NOT NULL DEFAULT 0,
    unit_price BIGINT,
    PRIMARY KEY (site_id, order_id, line_id),
    FOREIGN KEY (site_id, order_id) REFERENCES orders (site_id, order_id) ON DELETE CASCADE
);

CREATE TABLE shipments (
    site_id           TEXT   NOT NULL,
    order_id          TEXT   NOT NULL,
    shipment_id       TEXT   NOT NULL,
    position          BIGINT NOT NULL,
    carrier           TEXT,
    carrier_name      TEXT,
    tracking_number   TEXT,
    tracking_url      TEXT,
    status            TEXT   NOT NULL,
    raw_status        TEXT,
    shipped_at        BIGINT,
    delivered_at      BIGINT,
    expected_earliest BIGINT,
    expected_latest   BIGINT,
    PRIMARY KEY (site_id, order_id, shipment_id),
    FOREIGN KEY (site_id, order_id) REFERENCES orders (site_id, order_id) ON DELETE CASCADE
);

CREATE TABLE shipment_lines (
    site_id     TEXT   NOT NULL,
    order_id    TEXT   NOT NULL,
    shipment_id TEXT   NOT NULL,
    line_id     TEXT   NOT NULL,
    quantity    BIGINT NOT NULL,
    PRIMARY KEY (site_id, order_id, shipment_id, line_id),
    FOREIGN KEY (site_id, order_id, shipment_id) REFERENCES shipments (site_id, order_id, shipment_id) ON DELETE CASCADE
);

CREATE TABLE tracking_events (
    site_id        TEXT   NOT NULL,
    order_id       TEXT   NOT NULL,
    shipment_id    TEXT   NOT NULL,
    event_id       TEXT   NOT NULL,
    at             BIGINT NOT NULL,
    utc_offset_min BIGINT,
    status         TEXT   NOT NULL,
    raw_code       TEXT,
    place          TEXT,
    text           TEXT,
    PRIMARY KEY (site_id, order_id, shipment_id, event_id),
    FOREIGN KEY (site_id, order_id, shipment_id) REFERENCES shipments (site_id, order_id, shipment_id) ON DELETE CASCADE
);

-- Failed order look-ups an hour. The bucket is a keyed hash: the table says nothing about anybody.
CREATE TABLE lookup_failures (
    site_id      TEXT   NOT NULL,
    bucket       TEXT   NOT NULL,
    window_start BIGINT NOT NULL,
    failures     BIGINT NOT NULL,
    PRIMARY KEY (site_id, bucket, window_start)
);

CREATE TABLE categories (
    site_id     TEXT   NOT NULL REFERENCES sites (site_id),
    category_id TEXT   NOT NULL,
    titles      TEXT   NOT NULL,
    position    BIGINT NOT NULL,
    PRIMARY KEY (site_id, category_id)
);

CREATE TABLE articles (
    site_id     TEXT    NOT NULL REFERENCES sites (site_id),
    article_id  TEXT    NOT NULL,
    locale      TEXT    NOT NULL,
    slug        TEXT    NOT NULL,
    title       TEXT    NOT NULL,
    category_id TEXT,
    tags        TEXT    NOT NULL,
    phrasings   TEXT    NOT NULL,
    action      TEXT,
    body        TEXT    NOT NULL,
    position    BIGINT  NOT NULL,
    published   BOOLEAN NOT NULL,
    updated_at  BIGINT  NOT NULL,
    PRIMARY KEY (site_id, article_id, locale),
    UNIQUE (site_id, locale, slug)
);

CREATE TABLE article_feedback (
    site_id    TEXT   NOT NULL,
    article_id TEXT   NOT NULL,
    locale     TEXT   NOT NULL,
    helpful    BIGINT NOT NULL,
    unhelpful  BIGINT NOT NULL,
    PRIMARY KEY (site_id, article_id, locale)
);

-- How far an import has come, so that a killed one goes on where its last whole batch ended.
CREATE TABLE import_runs (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    file_key   TEXT   NOT NULL,
    position   BIGINT NOT NULL,
    line       BIGINT NOT NULL,
    imported   BIGINT NOT NULL,
    unchanged  BIGINT NOT NULL,
    rejected   BIGINT NOT NULL,
    updated_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, file_key)
);
