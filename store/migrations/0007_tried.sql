-- When a source was last read, well or not: one that fails is left alone for a
-- while by every process, also by a timer's, which remembers nothing itself.
ALTER TABLE sources ADD COLUMN tried_at TEXT;
UPDATE sources SET tried_at = last_read_at;
