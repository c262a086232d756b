"""A session lies inside its workshop's dates, told in the workshop's own zone.

A check constraint can't look at another table, so two triggers hold the rule from both sides and
report it as a violation of the constraint `session_inside_workshop`. The last night, until six, belongs to
the last day (`Workshop.is_over_after` says the same).
"""

from django.db import migrations

CREATE = """
CREATE FUNCTION agenda_refuse_session_outside_workshop() RETURNS trigger AS $$
DECLARE
    edition record;
BEGIN
    -- Both as they stand at the commit, which may not be what the statement wrote.
    SELECT starts_on, ends_on, timezone INTO edition FROM series_workshop WHERE id =
        (SELECT workshop_id FROM agenda_session WHERE id = NEW.id) FOR SHARE;
    IF EXISTS (
        SELECT 1 FROM agenda_session WHERE id = NEW.id AND (
            (starts_at AT TIME ZONE edition.timezone)::date
                NOT BETWEEN edition.starts_on AND edition.ends_on
            OR ends_at AT TIME ZONE edition.timezone > edition.ends_on + interval '1 day 6 hours')
    ) THEN
        RAISE EXCEPTION 'session % lies outside its workshop', NEW.slug
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_inside_workshop';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION agenda_refuse_workshop_leaving_sessions() RETURNS trigger AS $$
BEGIN
    IF EXISTS (
        SELECT 1 FROM agenda_session session JOIN series_workshop edition
            ON edition.id = session.workshop_id
        WHERE edition.id = NEW.id AND (
            (starts_at AT TIME ZONE edition.timezone)::date
                NOT BETWEEN edition.starts_on AND edition.ends_on
            OR ends_at AT TIME ZONE edition.timezone > edition.ends_on + interval '1 day 6 hours')
    ) THEN
        RAISE EXCEPTION 'sessions of workshop % would lie outside it', NEW.slug
            USING ERRCODE = 'check_violation', CONSTRAINT = 'session_inside_workshop';
    END IF;
    RETURN NEW;
END $$ LANGUAGE plpgsql;

-- Deferred, so that a workshop and its sessions can move together in one transaction.
CREATE CONSTRAINT TRIGGER session_inside_workshop
    AFTER INSERT OR UPDATE OF workshop_id, starts_at, ends_at ON agenda_session
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION agenda_refuse_session_outside_workshop();

CREATE CONSTRAINT TRIGGER session_inside_workshop
    AFTER UPDATE OF starts_on, ends_on, timezone ON series_workshop
    DEFERRABLE INITIALLY DEFERRED
    FOR EACH ROW EXECUTE FUNCTION agenda_refuse_workshop_leaving_sessions();
"""

DROP = """
DROP TRIGGER session_inside_workshop ON series_workshop;
DROP TRIGGER session_inside_workshop ON agenda_session;
DROP FUNCTION agenda_refuse_workshop_leaving_sessions();
DROP FUNCTION agenda_refuse_session_outside_workshop();
"""


class Migration(migrations.Migration):
    dependencies = [("agenda", "0001_initial")]

    operations = [migrations.RunSQL(CREATE, DROP)]
