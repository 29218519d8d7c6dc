-- What was the matter with a source that could be read, but not without a loss, and since
-- when: a timer has nobody who reads its warnings, and articles may be missing.
ALTER TABLE sources ADD COLUMN damage TEXT NOT NULL DEFAULT '';
ALTER TABLE sources ADD COLUMN damaged_since TEXT;
