-- Pictures that shoppers have attached, each our own encoding of what was sent. The picture itself lies in the store
-- under object_key. bound_to says of what it is a part ("return:…"); what is part of nothing is thrown away after a day.

CREATE TABLE attachments (
    site_id       TEXT   NOT NULL,
    attachment_id TEXT   NOT NULL,
    shopper_id    TEXT   NOT NULL,
    object_key    TEXT   NOT NULL,
    media_type    TEXT   NOT NULL,
    width         BIGINT NOT NULL,
    height        BIGINT NOT NULL,
    bytes         BIGINT NOT NULL,
    bound_to      TEXT,
    created_at    BIGINT NOT NULL,
    PRIMARY KEY (site_id, attachment_id),
    FOREIGN KEY (site_id, shopper_id) REFERENCES shoppers (site_id, shopper_id)
);
CREATE INDEX attachments_bound ON attachments (site_id, bound_to);
CREATE INDEX attachments_by_time ON attachments (site_id, created_at);
CREATE INDEX attachments_loose ON attachments (created_at) WHERE bound_to IS NULL;
