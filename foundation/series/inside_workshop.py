"""Every relation stays inside its workshop: how a migration has the database hold that.

A table of ours belongs to a workshop along one or more ways: its own column, or a column that leads
to a row which belongs to one. A trigger refuses a row whose ways end at different workshops, and a
row that would move to another; so what was once inside stays inside. The violation has the name of
a constraint, `inside_workshop`.
"""

from django.db.migrations import RunSQL

# A way: the row's own column, then `table.column` for each step, until a workshop's key is read.
FUNCTIONS = """
CREATE FUNCTION series_workshop_along(start jsonb, way text) RETURNS bigint AS $$
DECLARE
    steps text[] := string_to_array(way, ' ');
    key bigint := (start ->> steps[1])::bigint;
    next_key bigint;
BEGIN
    FOR n IN 2 .. cardinality(steps) LOOP
        EXIT WHEN key IS NULL;
        EXECUTE format('SELECT %I FROM %I WHERE id = $1',
            split_part(steps[n], '.', 2), split_part(steps[n], '.', 1)) INTO next_key USING key;
        -- A row that comes later in the transaction could be anybody's.
        IF next_key IS NULL THEN
            RAISE EXCEPTION 'the row that % leads to is not there', steps[1]
                USING ERRCODE = 'foreign_key_violation', CONSTRAINT = 'inside_workshop';
        END IF;
        key := next_key;
    END LOOP;
    RETURN key;
END $$ LANGUAGE plpgsql;

CREATE FUNCTION series_refuse_other_workshop() RETURNS trigger AS $$
DECLARE
    written jsonb := to_jsonb(NEW);
    before jsonb := CASE TG_OP WHEN 'UPDATE' THEN to_jsonb(OLD) END;
    workshop bigint;
    found bigint;
    leads_elsewhere boolean := TG_OP = 'INSERT';
BEGIN
    FOR n IN 0 .. TG_NARGS - 1 LOOP
        leads_elsewhere := leads_elsewhere OR before ->> split_part(TG_ARGV[n], ' ', 1)
            IS DISTINCT FROM written ->> split_part(TG_ARGV[n], ' ', 1);
    END LOOP;
    IF NOT leads_elsewhere THEN
        RETURN NEW;
    END IF;
    IF before IS NOT NULL THEN
        workshop := series_workshop_along(before, TG_ARGV[0]);
    END IF;
    FOR n IN 0 .. TG_NARGS - 1 LOOP
        found := series_workshop_along(written, TG_ARGV[n]);
        IF found <> workshop THEN
            RAISE EXCEPTION 'a row of % would relate to another workshop', TG_TABLE_NAME
                USING ERRCODE = 'check_violation', CONSTRAINT = 'inside_workshop';
        END IF;
        workshop := coalesce(workshop, found);
    END LOOP;
    RETURN NEW;
END $$ LANGUAGE plpgsql;
"""
DROP_FUNCTIONS = """
DROP FUNCTION series_refuse_other_workshop();
DROP FUNCTION series_workshop_along(jsonb, text);
"""


def make_functions() -> RunSQL:
    """Return the step of a migration that makes what the triggers call."""
    return RunSQL(FUNCTIONS, DROP_FUNCTIONS)


def hold(table: str, *ways: str) -> RunSQL:
    """Return the step of a migration that holds the rows of `table` inside their workshop.

    ways: as `FUNCTIONS` reads them; the first is the one by which the row belongs to its workshop.
    """
    told = ", ".join(f"'{way}'" for way in ways)
    trigger = (
        f"CREATE TRIGGER inside_workshop BEFORE INSERT OR UPDATE ON {table} "
        f"FOR EACH ROW EXECUTE FUNCTION series_refuse_other_workshop({told});"
    )
    return RunSQL(trigger, f"DROP TRIGGER inside_workshop ON {table};")
