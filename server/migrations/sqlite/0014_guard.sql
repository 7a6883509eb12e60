-- The money of the whole order, who needs a second look, labels of a provider, and what agents do about withdrawals.

-- In minor units, none below nought. taxes_added: tax came on top of the prices; otherwise the prices contain it.
-- tax: what is not told line by line. delivery: as charged, after its own discounts, without delivery_tax where taxes
-- came on top. gift_cards: what of the whole they paid.
ALTER TABLE orders ADD COLUMN discount BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN delivery BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN delivery_tax BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN tax BIGINT NOT NULL DEFAULT 0;
ALTER TABLE orders ADD COLUMN taxes_added BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE orders ADD COLUMN gift_cards BIGINT NOT NULL DEFAULT 0;

-- For all pieces of the line together. serials: of its pieces, as a JSON list; NULL where nobody told any.
ALTER TABLE order_lines ADD COLUMN discount BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN tax BIGINT NOT NULL DEFAULT 0;
ALTER TABLE order_lines ADD COLUMN serials TEXT;

-- Whom the shop wants looked at by a person (block), or not (allow). Never changed but once: when it is taken off.
-- kind: email, phone, shopper, address; value: in the form in which it is compared.
CREATE TABLE guard_entries (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    entry_id   TEXT   NOT NULL,
    list       TEXT   NOT NULL,
    kind       TEXT   NOT NULL,
    value      TEXT   NOT NULL,
    reason     TEXT   NOT NULL,
    added_by   TEXT   NOT NULL,
    added_at   BIGINT NOT NULL,
    expires_at BIGINT,
    removed_by TEXT,
    removed_at BIGINT,
    PRIMARY KEY (site_id, entry_id)
);
CREATE INDEX guard_entries_by_value ON guard_entries (site_id, kind, value);
CREATE INDEX guard_entries_by_time ON guard_entries (site_id, added_at, entry_id);

-- What keeps money from leaving until a person has decided: why is 'serial' where another piece came than was sold.
CREATE TABLE return_holds (
    site_id    TEXT   NOT NULL,
    return_id  TEXT   NOT NULL,
    why        TEXT   NOT NULL,
    held_at    BIGINT NOT NULL,
    cleared_by TEXT,
    cleared_at BIGINT,
    PRIMARY KEY (site_id, return_id, why),
    FOREIGN KEY (site_id, return_id) REFERENCES returns (site_id, return_id) ON DELETE CASCADE
);

-- What agents did or saw that no other table tells: a picture opened, an entry of a list made. Rows are only added.
CREATE TABLE agent_acts (
    site_id  TEXT   NOT NULL REFERENCES sites (site_id),
    act_id   TEXT   NOT NULL,
    at       BIGINT NOT NULL,
    agent_id TEXT   NOT NULL,
    act      TEXT   NOT NULL,
    subject  TEXT   NOT NULL,
    note     TEXT   NOT NULL,
    PRIMARY KEY (site_id, act_id)
);
CREATE INDEX agent_acts_by_time ON agent_acts (site_id, at, act_id);

ALTER TABLE withdrawals ADD COLUMN handled_at BIGINT;
ALTER TABLE withdrawals ADD COLUMN handled_by TEXT;
ALTER TABLE withdrawals ADD COLUMN handled_note TEXT;

-- Who makes a site's return labels. The credential is sealed; settings are JSON.
CREATE TABLE label_providers (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    provider   TEXT   NOT NULL,
    base_url   TEXT   NOT NULL,
    credential TEXT   NOT NULL,
    settings   TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    PRIMARY KEY (site_id)
);

-- The label of a return, as its provider gave it. seen: the parcel's status as it was heard last.
CREATE TABLE return_labels (
    site_id         TEXT   NOT NULL,
    return_id       TEXT   NOT NULL,
    provider        TEXT   NOT NULL,
    reference       TEXT   NOT NULL,
    carrier         TEXT,
    tracking_number TEXT,
    tracking_key    TEXT,
    url             TEXT   NOT NULL,
    expires_at      BIGINT,
    seen            TEXT   NOT NULL,
    created_at      BIGINT NOT NULL,
    PRIMARY KEY (site_id, return_id),
    FOREIGN KEY (site_id, return_id) REFERENCES returns (site_id, return_id) ON DELETE CASCADE
);
CREATE INDEX return_labels_by_number ON return_labels (site_id, tracking_key);
