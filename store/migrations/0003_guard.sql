-- The same lawful steps as before, looked up in one text: a list SQLite builds anew
-- for each row that is changed, which cost more than the change.
DROP TRIGGER deliveries_lawful;
CREATE TRIGGER deliveries_lawful BEFORE UPDATE OF state ON deliveries
WHEN instr('
    queued>sending   queued>skipped
    sending>sent     sending>failed  sending>deferred sending>unknown sending>queued
    deferred>sending deferred>failed deferred>skipped
    unknown>sending  unknown>sent    unknown>queued
    failed>queued', OLD.state || '>' || NEW.state) = 0
BEGIN SELECT RAISE(ABORT, 'unlawful step of a delivery'); END;
