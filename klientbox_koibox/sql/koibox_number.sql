-- Gives each new client its number of Koibox.

CREATE OR REPLACE FUNCTION klientbox_koibox_number() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(NEW.koibox_code, 0) = 0 AND NEW.code ~ %(plain)s THEN
        NEW.koibox_code := NEW.code::integer;
        IF klientbox_koibox_is_taken(NEW.company_id, NEW.koibox_code) THEN
            NEW.koibox_code := NULL;
        END IF;
    END IF;
    WHILE coalesce(NEW.koibox_code, 0) = 0 LOOP
        NEW.koibox_code := nextval(format('klientbox_koibox_number_%%s', NEW.company_id)::regclass);
        IF klientbox_koibox_is_taken(NEW.company_id, NEW.koibox_code) THEN
            NEW.koibox_code := NULL;
        END IF;
    END LOOP;
    NEW.koibox_registered := coalesce(NEW.koibox_registered, NEW.create_date, now() AT TIME ZONE 'UTC');
    RETURN NEW;
END $$;
CREATE OR REPLACE FUNCTION klientbox_koibox_is_taken(company integer, number integer) RETURNS boolean
LANGUAGE sql STABLE AS $$
    SELECT EXISTS (SELECT FROM klientbox_client WHERE company_id = company AND koibox_code = number)
$$;
DROP TRIGGER IF EXISTS klientbox_koibox_number ON klientbox_client;
CREATE TRIGGER klientbox_koibox_number BEFORE INSERT ON klientbox_client
FOR EACH ROW EXECUTE FUNCTION klientbox_koibox_number();
