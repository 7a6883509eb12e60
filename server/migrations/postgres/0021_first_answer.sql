-- The first answer, from the assistant: a conversation is 'answered' until somebody asks for a person.

-- Whether it is given at all.
ALTER TABLE sites ADD COLUMN first_answer BOOLEAN NOT NULL DEFAULT TRUE;

-- queued_at: since when it is for a person; the line is in this order. helped: it was closed because the first answer was
-- enough, and goes on with what she says next.
ALTER TABLE conversations ADD COLUMN queued_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE conversations ADD COLUMN helped BOOLEAN NOT NULL DEFAULT FALSE;
UPDATE conversations SET queued_at = created_at;
DROP INDEX conversations_in_line;
CREATE INDEX conversations_in_line ON conversations (site_id, queued_at, conversation_id) WHERE state = 'queued';
