-- Each change of a record raises its version.

CREATE OR REPLACE FUNCTION klientbox_count_version() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    -- A merge sets it above the versions of all entries.
    NEW.version := greatest(OLD.version + 1, NEW.version);
    RETURN NEW;
END $$;
