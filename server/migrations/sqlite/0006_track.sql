-- What kinds of articles an order has, how long parcels took before, and what shoppers say of parcels that did not come.

ALTER TABLE orders ADD COLUMN exchange_of TEXT;
ALTER TABLE order_lines ADD COLUMN kind TEXT NOT NULL DEFAULT 'physical';
ALTER TABLE order_lines ADD COLUMN available_at BIGINT;

-- How many parcels took how many days: for the whole way, the last day, the first scan and the longest silence, each
-- counted at several widths of lane and carrier. Months are of thirty days since 1970; old ones are swept.
CREATE TABLE delivery_history (
    site_id TEXT   NOT NULL,
    month   BIGINT NOT NULL,
    leg     TEXT   NOT NULL,
    carrier TEXT   NOT NULL,
    lane    TEXT   NOT NULL,
    weekday BIGINT NOT NULL,
    days    BIGINT NOT NULL,
    parcels BIGINT NOT NULL,
    PRIMARY KEY (site_id, carrier, lane, leg, weekday, days, month)
);

-- Parcels that have been counted. Each is counted once.
CREATE TABLE delivery_counted (
    site_id     TEXT   NOT NULL,
    order_id    TEXT   NOT NULL,
    shipment_id TEXT   NOT NULL,
    month       BIGINT NOT NULL,
    PRIMARY KEY (site_id, order_id, shipment_id)
);

CREATE INDEX shipments_by_delivery ON shipments (site_id, delivered_at);

-- The carrier says delivered, the shopper says it is not there.
CREATE TABLE delivery_disputes (
    site_id     TEXT   NOT NULL,
    order_id    TEXT   NOT NULL,
    shipment_id TEXT   NOT NULL,
    at          BIGINT NOT NULL,
    PRIMARY KEY (site_id, order_id, shipment_id),
    FOREIGN KEY (site_id, order_id) REFERENCES orders (site_id, order_id) ON DELETE CASCADE
);
