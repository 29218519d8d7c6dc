-- When an issue first reached a reader: a delivery of it was sent, or is unknown. Its
-- page is public from then on. Asking the deliveries instead would walk a million
-- rows for each look at the page of an issue that waits.
ALTER TABLE issues ADD COLUMN reached_at TEXT;
UPDATE issues
SET reached_at = started_at
WHERE EXISTS (
    SELECT 1 FROM deliveries d
    WHERE d.issue_id = issues.id AND (d.state = 'sent' OR d.state = 'unknown'));
