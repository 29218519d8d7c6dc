-- What a cancelling skipped may be queued again, since a person can take it back; who
-- was skipped for any other reason stays so.
DROP TRIGGER deliveries_lawful;
CREATE TRIGGER deliveries_lawful BEFORE UPDATE OF state ON deliveries
WHEN instr('
    queued>sending   queued>skipped
    sending>sent     sending>failed  sending>deferred sending>unknown sending>queued
    deferred>sending deferred>failed deferred>skipped
    unknown>sending  unknown>sent    unknown>queued
    failed>queued    skipped>queued', OLD.state || '>' || NEW.state) = 0
    OR OLD.state = 'skipped' AND OLD.why <> 'issue cancelled'
BEGIN SELECT RAISE(ABORT, 'unlawful step of a delivery'); END;
