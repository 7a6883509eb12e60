-- What has to happen after a transaction: jobs, and the mails and texts that wait for theirs. A job's id comes from
-- what it is about, so asking twice for the same thing is asking once.

CREATE TABLE jobs (
    site_id       TEXT   NOT NULL REFERENCES sites (site_id),
    job_id        TEXT   NOT NULL,
    kind          TEXT   NOT NULL,
    job_key       TEXT   NOT NULL,
    payload       TEXT   NOT NULL,
    state         TEXT   NOT NULL,
    attempt       BIGINT NOT NULL DEFAULT 0,
    run_at        BIGINT NOT NULL,
    claim         TEXT,
    claimed_until BIGINT,
    last_error    TEXT,
    created_at    BIGINT NOT NULL,
    updated_at    BIGINT NOT NULL,
    PRIMARY KEY (site_id, job_id)
);
CREATE INDEX jobs_due ON jobs (state, run_at);

CREATE TABLE mails (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    mail_id    TEXT   NOT NULL,
    recipient  TEXT   NOT NULL,
    locale     TEXT   NOT NULL,
    subject    TEXT   NOT NULL,
    plain      TEXT   NOT NULL,
    html       TEXT   NOT NULL,
    headers    TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT,
    PRIMARY KEY (site_id, mail_id)
);
CREATE INDEX mails_by_time ON mails (created_at);

CREATE TABLE texts (
    site_id    TEXT   NOT NULL REFERENCES sites (site_id),
    text_id    TEXT   NOT NULL,
    recipient  TEXT   NOT NULL,
    body       TEXT   NOT NULL,
    created_at BIGINT NOT NULL,
    sent_at    BIGINT,
    PRIMARY KEY (site_id, text_id)
);
