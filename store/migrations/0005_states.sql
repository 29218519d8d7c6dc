-- The check of a delivery's state. `state IN (...)` made SQLite build a list anew for
-- each row, a seventh of what a message cost the ledger. The rows stay as they are,
-- so that the schema is changed in place (https://www.sqlite.org/lang_altertable.html,
-- "Making Other Kinds Of Table Schema Changes").
PRAGMA writable_schema = ON;
UPDATE sqlite_schema
SET sql = replace(
    sql,
    'CHECK (state IN (''queued'', ''sending'', ''sent'', ''deferred'', ''failed'', ''unknown'', ''skipped''))',
    'CHECK (state = ''queued'' OR state = ''sending'' OR state = ''sent'' OR state = ''deferred''
        OR state = ''failed'' OR state = ''unknown'' OR state = ''skipped'')')
WHERE type = 'table' AND name = 'deliveries';
PRAGMA writable_schema = RESET;
