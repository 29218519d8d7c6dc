-- The domain of an issue's Message-IDs is frozen with it: what is sent again has
-- the Message-ID it had. '' in issues from before: that of mail.from.
ALTER TABLE issues ADD COLUMN mail_domain TEXT NOT NULL DEFAULT '';
