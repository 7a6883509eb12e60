-- Which sizes and colours there are, where no connector tells it: from a file of the shop's. Prices (decimals by currency)
-- and what tells a variant from the others are JSON text; stock is NULL where nobody knows.
CREATE TABLE product_variants (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    product_id TEXT   NOT NULL,
    variant_id TEXT   NOT NULL,
    position   BIGINT NOT NULL,
    sku        TEXT   NOT NULL,
    options    TEXT   NOT NULL,
    prices     TEXT   NOT NULL,
    stock      BIGINT,
    told_at    BIGINT NOT NULL,
    PRIMARY KEY (site_id, product_id, variant_id),
    UNIQUE (site_id, sku)
);

-- What comes in exchange for a line. source: whose variant it is, as orders.source; "file" for those of product_variants.
CREATE TABLE return_exchanges (
    site_id    TEXT   NOT NULL,
    return_id  TEXT   NOT NULL,
    line_id    TEXT   NOT NULL,
    source     TEXT   NOT NULL,
    variant_id TEXT   NOT NULL,
    sku        TEXT,
    options    TEXT   NOT NULL,
    quantity   BIGINT NOT NULL,
    PRIMARY KEY (site_id, return_id, line_id),
    FOREIGN KEY (site_id, return_id) REFERENCES returns (site_id, return_id) ON DELETE CASCADE
);
CREATE INDEX return_exchanges_by_variant ON return_exchanges (site_id, source, variant_id);

-- Two who want the last piece come one after the other: each writes this row before counting.
CREATE TABLE variant_claims (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    source     TEXT   NOT NULL,
    variant_id TEXT   NOT NULL,
    claimed_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, source, variant_id)
);

-- Whose return it is where it is not the buyer's: the address that whoever was given the goods has proved.
ALTER TABLE returns ADD COLUMN gift_to TEXT;

-- Whoever proves this address may send back something of this order: she knew its number and where it went.
CREATE TABLE gift_grants (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    order_id   TEXT   NOT NULL,
    email      TEXT   NOT NULL,
    granted_at BIGINT NOT NULL,
    PRIMARY KEY (site_id, order_id, email),
    FOREIGN KEY (site_id, order_id) REFERENCES orders (site_id, order_id) ON DELETE CASCADE
);
