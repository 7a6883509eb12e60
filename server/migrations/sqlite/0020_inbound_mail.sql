-- Mails that came for a conversation: each is taken over once, however often it is fetched. mail_key: a hash of its Message-ID, or
-- of the whole where it has none. conversation_id: where its words go. taken_at: when all of it was there.
CREATE TABLE inbound_mails (
    site_id         TEXT   NOT NULL,
    mail_key        TEXT   NOT NULL,
    conversation_id TEXT   NOT NULL,
    message_id      TEXT,
    received_at     BIGINT NOT NULL,
    taken_at        BIGINT,
    PRIMARY KEY (site_id, mail_key),
    FOREIGN KEY (site_id, conversation_id) REFERENCES conversations (site_id, conversation_id) ON DELETE CASCADE
);
CREATE INDEX inbound_mails_of ON inbound_mails (site_id, conversation_id, received_at);
