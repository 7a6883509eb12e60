-- Who wants to hear of an order by e-mail, and of which parcel's status each has been told.

CREATE TABLE subscriptions (
    site_id         TEXT   NOT NULL,
    subscription_id TEXT   NOT NULL,
    order_id        TEXT   NOT NULL,
    email           TEXT   NOT NULL,
    locale          TEXT   NOT NULL,
    state           TEXT   NOT NULL,
    asked_at        BIGINT NOT NULL,
    confirmed_at    BIGINT,
    ended_at        BIGINT,
    PRIMARY KEY (site_id, subscription_id),
    UNIQUE (site_id, order_id, email),
    FOREIGN KEY (site_id, order_id) REFERENCES orders (site_id, order_id) ON DELETE CASCADE
);
CREATE INDEX subscriptions_by_email ON subscriptions (site_id, email, asked_at);

CREATE TABLE notices_told (
    site_id         TEXT   NOT NULL,
    subscription_id TEXT   NOT NULL,
    shipment_id     TEXT   NOT NULL,
    status          TEXT   NOT NULL,
    at              BIGINT NOT NULL,
    PRIMARY KEY (site_id, subscription_id, shipment_id, status),
    FOREIGN KEY (site_id, subscription_id) REFERENCES subscriptions (site_id, subscription_id) ON DELETE CASCADE
);
