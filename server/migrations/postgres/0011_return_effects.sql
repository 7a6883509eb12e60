-- What a return makes happen outside of our tables: in the shop's system, with money, in a mail. The id comes from what
-- it is about and is the one key under which it is done, for ever.

CREATE TABLE return_effects (
    site_id      TEXT    NOT NULL REFERENCES sites (site_id),
    effect_id    TEXT    NOT NULL,
    return_id    TEXT    NOT NULL,
    order_id     TEXT    NOT NULL,
    kind         TEXT    NOT NULL,
    part         TEXT    NOT NULL,
    -- pending, done, failed
    state        TEXT    NOT NULL,
    -- Nothing of ours can do it: an agent says when it is done.
    needs_person BOOLEAN NOT NULL,
    -- In the minor unit of the return's currency.
    amount       BIGINT,
    -- What of the return doing it must know, as it was when it was decided: JSON.
    payload      TEXT    NOT NULL,
    reference    TEXT,
    done_by      TEXT,
    -- How often it was begun: who began it earlier may no longer write.
    runs         BIGINT  NOT NULL DEFAULT 0,
    -- How often in a row it came no further.
    attempts     BIGINT  NOT NULL DEFAULT 0,
    -- What was asked of the shop's system last, and when: its answer may never have come.
    asked        TEXT,
    asked_at     BIGINT,
    last_error   TEXT,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    PRIMARY KEY (site_id, effect_id),
    FOREIGN KEY (site_id, return_id) REFERENCES returns (site_id, return_id) ON DELETE CASCADE
);
CREATE INDEX return_effects_by_return ON return_effects (site_id, return_id);
