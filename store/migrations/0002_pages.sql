-- An issue's page on the web, its greeting and its embedded pictures are frozen
-- with it. Issues from before have no page ('').
ALTER TABLE issue_variants ADD COLUMN page         TEXT NOT NULL DEFAULT '';
ALTER TABLE issue_variants ADD COLUMN greeting     TEXT NOT NULL DEFAULT ''; -- "Dear {name},"
ALTER TABLE issue_variants ADD COLUMN greeting_all TEXT NOT NULL DEFAULT ''; -- "Dear reader,"

CREATE TABLE issue_pictures (             -- in the order of the mail
    variant_id INTEGER NOT NULL REFERENCES issue_variants (id),
    position   INTEGER NOT NULL,
    content_id TEXT    NOT NULL,          -- without brackets (RFC 2392)
    type       TEXT    NOT NULL CHECK (type IN ('image/jpeg', 'image/png')),
    data       BLOB    NOT NULL,
    PRIMARY KEY (variant_id, position)
) STRICT;

-- The digest of digest.note_file as it was printed; '' where the note, if there
-- is one, was written for this issue.
ALTER TABLE issues ADD COLUMN note_file TEXT NOT NULL DEFAULT '';

CREATE INDEX issues_slug ON issues (newsletter_id, slug);
