-- Which notices of trouble a shopper has seen or wants no more of. The contact is a keyed hash: the table says nothing
-- about anybody, and what was seen on one device is seen on all.

CREATE TABLE notices_seen (
    site_id      TEXT   NOT NULL REFERENCES sites (site_id),
    contact_hash TEXT   NOT NULL,
    notice_key   TEXT   NOT NULL,
    seen_at      BIGINT NOT NULL,
    dismissed_at BIGINT,
    PRIMARY KEY (site_id, contact_hash, notice_key)
);
CREATE INDEX notices_seen_by_time ON notices_seen (seen_at);

-- What is asked for again every few minutes: orders of the last weeks, and the few parcels that still travel. Without
-- these both rounds read everything that the shop has ever sold.
CREATE INDEX orders_by_time ON orders (site_id, placed_at);
CREATE INDEX shipments_open ON shipments (site_id, tracking_key)
    WHERE status NOT IN ('delivered', 'returned', 'cancelled', 'expired');
