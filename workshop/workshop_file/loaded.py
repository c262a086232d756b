"""What a load did, noted row by row while it writes."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Model

from foundation.series.models import Workshop
from workshop.workshop_file.kept import edited_last_by_somebody

M = TypeVar("M", bound=Model)
Key = tuple[type[Model], object]


@dataclass
class Loaded:
    """What a load did to how many rows.

    removed: what left the file. kept: sentences on what left it but stays, and why.
    differences: each row that is new, and of each that changed what did.
    overwritten: rows that an organiser had changed last, and that now say what the file says.
    """

    workshop: Workshop
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    _created: set[Key] = field(default_factory=set)
    _changed: set[Key] = field(default_factory=set)

    @property
    def created(self) -> int:
        """How many rows are new."""
        return len(self._created)

    @property
    def changed(self) -> int:
        """How many rows were there, and now say something else."""
        return len(self._changed - self._created)

    def put(self, row: M, values: Mapping[str, object]) -> M:
        """Give `row` these values, saving it only where it is new or one differs."""
        is_new = row.pk is None
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        for name in differing:
            setattr(row, name, values[name])
        if is_new:
            row.save()
            self._created.add(_key(row))
            self.differences.append(f"New: {_name(row)}")
        elif differing:
            self._note_change(row, differing)
            row.save()
        return row

    def relate(self, row: Model, name: str, others: Collection[Model]) -> None:
        """Let the relation `name` of `row` hold exactly `others`."""
        relation = getattr(row, name)
        if set(relation.all()) != set(others):
            self._note_change(row, [name])
            relation.set(others)

    def drop(self, row: Model, why_kept: str = "") -> None:
        """Remove a row that left the file, unless there is a reason to keep it."""
        name = _name(row)
        if why_kept:
            self.kept.append(f"{name} is not in the file but stays: {why_kept}.")
        else:
            row.delete()
            self.removed.append(name)

    def _note_change(self, row: Model, fields: list[str]) -> None:
        key = _key(row)
        if key not in self._created:
            self.differences.append(f"Changed: {_name(row)}: {', '.join(fields)}")
        if key not in self._created | self._changed and edited_last_by_somebody(row):
            self.overwritten.append(f"{_name(row)}: {', '.join(fields)}")
        self._changed.add(key)


def _key(row: Model) -> Key:
    return type(row), row.pk


def _name(row: Model) -> str:
    return f"{row._meta.verbose_name} “{row}”"
