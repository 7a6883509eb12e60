-- What carriers tell us stands beside what the shop says: each event knows who reported it, and each parcel keeps the
-- shop's own statement apart from the status that follows from everything.

ALTER TABLE tracking_events ADD COLUMN source TEXT NOT NULL DEFAULT 'shop';

-- The number as it is compared: folded, without blanks and signs.
ALTER TABLE shipments ADD COLUMN tracking_key TEXT;
ALTER TABLE shipments ADD COLUMN carrier_guessed BOOLEAN NOT NULL DEFAULT FALSE;
-- The shop's word and since when it has said so; `status` and `delivered_at` follow from it and the events.
ALTER TABLE shipments ADD COLUMN stated_status TEXT NOT NULL DEFAULT 'unknown';
ALTER TABLE shipments ADD COLUMN stated_at BIGINT;
ALTER TABLE shipments ADD COLUMN stated_delivered_at BIGINT;
-- The carrier's own promise; `expected_*` is the shop's.
ALTER TABLE shipments ADD COLUMN promised_earliest BIGINT;
ALTER TABLE shipments ADD COLUMN promised_latest BIGINT;
ALTER TABLE shipments ADD COLUMN promised_by TEXT;
ALTER TABLE shipments ADD COLUMN last_event_at BIGINT;

UPDATE shipments SET
    tracking_key = upper(replace(replace(tracking_number, ' ', ''), '-', '')),
    stated_status = status,
    stated_delivered_at = delivered_at,
    stated_at = (SELECT o.updated_at FROM orders o
                 WHERE o.site_id = shipments.site_id AND o.order_id = shipments.order_id),
    last_event_at = (SELECT MAX(e.at) FROM tracking_events e
                     WHERE e.site_id = shipments.site_id AND e.order_id = shipments.order_id
                       AND e.shipment_id = shipments.shipment_id);

CREATE INDEX shipments_by_tracking_key ON shipments (site_id, tracking_key);

-- The numbers that a site's carrier feed has been asked to follow, and when to ask it again.
CREATE TABLE carrier_watches (
    site_id         TEXT   NOT NULL REFERENCES sites (site_id),
    connector_id    TEXT   NOT NULL,
    tracking_key    TEXT   NOT NULL,
    tracking_number TEXT   NOT NULL,
    carrier         TEXT,
    registered_at   BIGINT,
    answered_at     BIGINT,
    next_at         BIGINT NOT NULL,
    failures        BIGINT NOT NULL DEFAULT 0,
    trouble         TEXT,
    PRIMARY KEY (site_id, connector_id, tracking_key)
);
CREATE INDEX carrier_watches_by_next ON carrier_watches (site_id, connector_id, next_at);
