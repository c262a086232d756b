"""Row locks: the one place where rows are locked.

Everybody locks in one order: workshop, participant, session or café, table (docs/decisions.md).
The locks are `FOR NO KEY UPDATE`: rows that only point to a locked one can still be written.
"""

from collections.abc import Collection
from typing import TypeVar

from django.db import connection
from django.db.models import Model, QuerySet

M = TypeVar("M", bound=Model)

LONGEST_TURN = (
    "3s"  # shorter than lock_timeout (workshop/settings.py), so that the next gets theirs
)


def lock(rows: QuerySet[M], key: object) -> M:
    """Return the row of `rows` with this key as it stands now, locked until the transaction ends.

    What `rows` joins by `select_related` is read, not locked.

    Raises: the model's DoesNotExist.
    """
    return rows.select_for_update(of=("self",), no_key=True).get(pk=key)


def lock_first(rows: QuerySet[M]) -> M | None:
    """Return the first of `rows`, locked, or None where there is none."""
    return rows.select_for_update(of=("self",), no_key=True).first()


def lock_all(rows: QuerySet[M], keys: Collection[object] | None = None) -> list[M]:
    """Return `rows`, all or those with these keys, locked in the order of their keys.

    Two who lock the same rows in one order never wait for each other.
    """
    chosen = rows if keys is None else rows.filter(pk__in=keys)
    return list(chosen.order_by("pk").select_for_update(of=("self",), no_key=True))


def hold_still(model: type[Model], keys: Collection[object]) -> None:
    """Let nobody change the rows with these keys until the transaction ends; many hold at once.

    Waits for whoever is changing one; what is read afterwards is what they left.
    """
    table = connection.ops.quote_name(model._meta.db_table)
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT 1 FROM {table} WHERE id = ANY(%s) ORDER BY id FOR SHARE",  # noqa: S608 - ours
            [list(keys)],
        )


def lock_next(rows: QuerySet[M]) -> M | None:
    """Return the first of `rows` that nobody else has locked, locked, or None. Waits for nobody."""
    return rows.select_for_update(of=("self",), no_key=True, skip_locked=True).first()


def take_turn(what: str) -> None:
    """Let one transaction at a time go on from here, until it ends.

    Only for what takes milliseconds. The lock is the transaction's, so it passes through a pooler.
    A process that stands still with it loses it after some seconds, and its transaction too.
    """
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL idle_in_transaction_session_timeout = %s", [LONGEST_TURN])
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [what])
