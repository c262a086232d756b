"""What the last load wrote of each row: what says something else now was changed since.

Rows are known by it, too: one that organisers renamed is still the one that the file means, and one
that is gone was deleted by them.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Generic, TypeVar

from django.db.models import Manager, Model

from foundation.series.models import Workshop
from workshop.models import LastLoad

M = TypeVar("M", bound=Model)
Key = tuple[str, ...]


def text_of(value: object) -> str:
    """Return a value as it is kept, the same for what a file says and for what is stored."""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    if isinstance(value, Collection) and not isinstance(value, str):
        return ",".join(sorted(map(text_of, value)))
    return str(value)


def value_of(row: Model, name: str) -> object:
    """Return what a row says; of a relation to several, all of them."""
    value = getattr(row, name)
    return list(value.all()) if isinstance(value, Manager) else value


class Written:
    """last: what the last load of a workshop wrote. now: what this one writes."""

    def __init__(self, workshop: Workshop) -> None:
        kept = LastLoad.objects.filter(workshop=workshop.pk).first()
        self.last: dict[str, dict[str, str | None]] = kept.rows if kept else {}
        self.now: dict[str, dict[str, str | None]] = {}

    def note(self, row: Model, name: str, value: object) -> None:
        """Note what the file says of a row, be it written or not."""
        self.now.setdefault(_place(row), {})[name] = text_of(value)

    def note_as_before(self, place: str) -> None:
        """Go on knowing a row that this file doesn't write."""
        self.now[place] = self.last[place]

    def note_as_before_of(self, row: Model) -> None:
        """Go on knowing a row that this file doesn't write, if a load ever wrote it."""
        if _place(row) in self.last:
            self.note_as_before(_place(row))

    def is_changed(self, row: Model, name: str) -> bool:
        """Return whether organisers changed this since; what no load wrote is theirs."""
        last = self.last.get(_place(row))
        if last is None:
            return True
        return name in last and last[name] != text_of(value_of(row, name))

    def is_theirs(self, row: Model) -> bool:
        """Return whether organisers made a row, or changed anything of it."""
        last = self.last.get(_place(row))
        return last is None or any(self.is_changed(row, name) for name in last)

    @contextmanager
    def moving(self, rows: Callable[[], Iterable[Model]]) -> Iterator[None]:
        """Know what no organiser changed also after all of `rows` has moved."""
        changed = {
            (_place(row), name)
            for row in rows()
            for name in self.last.get(_place(row), ())
            if self.is_changed(row, name)
        }
        yield
        for row in rows():
            last = self.last.get(_place(row), {})
            for name in last:
                is_theirs = (_place(row), name) in changed
                last[name] = None if is_theirs else text_of(value_of(row, name))

    def keep(self, workshop: Workshop) -> None:
        """Keep what this load wrote for the next."""
        LastLoad.objects.update_or_create(workshop=workshop, defaults={"rows": self.now})


class Known(Generic[M]):
    """The rows of a kind, each found by the entry of the file that means it.

    names: by what an entry and a row are the same. wanted: the keys of all entries.
    """

    def __init__(
        self,
        rows: Iterable[M],
        names: tuple[str, ...],
        wanted: Iterable[Key],
        written: Written,
        model: type[M],
        fold: Callable[[str], str] = str,
    ) -> None:
        self._rows = {_place(row): row for row in rows}
        here = {
            tuple(fold(text_of(getattr(row, name))) for name in names): place
            for place, row in self._rows.items()
        }
        before = {
            tuple(fold(last[name] or "") for name in names): place
            for place, last in written.last.items()
            if place.startswith(f"{model._meta.label_lower}:") and set(names) <= last.keys()
        }
        claimed = {here[key] for key in wanted if key in here}
        renamed = {key: at for key, at in before.items() if at not in claimed}
        self._places = renamed | here
        self.gone = {key: at for key, at in before.items() if at not in self._rows}

    def take(self, key: Key) -> M | None:
        """Return the row that an entry means, once; None where there is none."""
        return self._rows.pop(self._places.get(key, ""), None)

    def left(self) -> list[M]:
        """Return the rows that no entry meant."""
        return list(self._rows.values())


def _place(row: Model) -> str:
    return f"{row._meta.label_lower}:{row.pk}"
