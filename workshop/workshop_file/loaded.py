"""What a load did, noted row by row while it writes."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field
from typing import TypeVar

from django.db.models import Model

from foundation.series.models import Workshop
from workshop.workshop_file.places import shown
from workshop.workshop_file.written import Key, Known, Written, value_of

M = TypeVar("M", bound=Model)
RowKey = tuple[type[Model], object]

# What one person decides at once: where organisers changed one, the file changes none of them.
TOGETHER = [
    {"starts_on", "ends_on"},
    {"starts_at", "ends_at"},
    {"registration_opens_at", "registration_closes_at"},
    {"reservations_open_at", "reservations_close_at"},
]


@dataclass
class Loaded:
    """What a load did to how many rows.

    overwrite: whether the file wins where organisers changed something since the last load.
    removed: what left the file. kept: sentences on what the file would have changed, and why it
    stays. differences: each row that is new, and of each that changed what did. overwritten: what
    organisers had changed, and now says what the file says.
    """

    workshop: Workshop
    overwrite: bool = False
    removed: list[str] = field(default_factory=list)
    kept: list[str] = field(default_factory=list)
    overwritten: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    _created: set[RowKey] = field(default_factory=set)
    _changed: set[RowKey] = field(default_factory=set)

    def __post_init__(self) -> None:
        self.written = Written(self.workshop)

    @property
    def created(self) -> int:
        """How many rows are new."""
        return len(self._created)

    @property
    def changed(self) -> int:
        """How many rows were there, and now say something else."""
        return len(self._changed - self._created)

    def has_changed(self, row: Model) -> bool:
        """Return whether a row that was there now says something else."""
        return _key(row) in self._changed - self._created

    def find(self, known: Known[M], key: Key, make: Callable[[], M]) -> M | None:
        """Return the row that an entry means, or a new one; None where organisers deleted it."""
        if row := known.take(key):
            return row
        if key in known.gone and not self.overwrite:
            new = make()
            name = f"{new._meta.verbose_name} “{shown(', '.join(key))}”"
            self.kept.append(f"{name} stays deleted: an organiser deleted it in the admin.")
            self.written.note_as_before(known.gone[key])
            return None
        return make()

    def put(self, row: M, values: Mapping[str, object]) -> M:
        """Give `row` these values, but for what organisers changed since; save what differs."""
        is_new = row.pk is None
        differing = [name for name, value in values.items() if getattr(row, name) != value]
        if not is_new:
            theirs = self._told_of_theirs(row, {name: values[name] for name in differing})
            differing = [name for name in differing if name not in theirs]
        for name in differing:
            setattr(row, name, values[name])
        if is_new:
            row.save()
            self._created.add(_key(row))
            self.differences.append(f"New: {_name(row)}")
        elif differing:
            self._note_change(row, differing)
            row.save()
        for name, value in values.items():
            self.written.note(row, name, value)
        return row

    def relate(self, row: Model, name: str, others: Collection[Model]) -> None:
        """Let the relation `name` of `row` hold exactly `others`, unless organisers changed it."""
        relation = getattr(row, name)
        is_new = _key(row) in self._created
        differs = set(relation.all()) != set(others)
        if differs and (is_new or not self._told_of_theirs(row, {name: list(others)})):
            self._note_change(row, [name])
            relation.set(others)
        self.written.note(row, name, list(others))

    def drop(self, row: Model, why_kept: str = "") -> bool:
        """Remove a row that left the file, unless there is a reason to keep it; whether it went."""
        name, place = _name(row), f"{row._meta.label_lower}:{row.pk}"
        is_made = place not in self.written.last
        if not why_kept and (is_made or (self.written.is_theirs(row) and not self.overwrite)):
            why_kept = "an organiser made or changed it in the admin"
        if why_kept:
            self.kept.append(f"{name} is not in the file but stays: {why_kept}.")
            if not is_made:
                self.written.note_as_before(place)
            return False
        row.delete()
        self.removed.append(name)
        return True

    def _told_of_theirs(self, row: Model, wanted: Mapping[str, object]) -> set[str]:
        """What of `wanted` is not written, as organisers changed it; told, be it kept or not."""
        theirs = {name for name in wanted if self.written.is_changed(row, name)}
        for together in TOGETHER:
            if theirs & together:
                theirs |= together & wanted.keys()
        for name in [name for name in wanted if name in theirs]:
            now, file = _told(value_of(row, name)), _told(wanted[name])
            if self.overwrite:
                self.overwritten.append(f"{_name(row)}: {name} was {now}, now {file}")
            else:
                self.kept.append(
                    f"{_name(row)}: {name} stays {now}, as an organiser changed it; the file says"
                    f" {file}."
                )
        return set() if self.overwrite else theirs

    def _note_change(self, row: Model, fields: list[str]) -> None:
        key = _key(row)
        if key not in self._created:
            self.differences.append(f"Changed: {_name(row)}: {', '.join(fields)}")
        self._changed.add(key)


def _key(row: Model) -> RowKey:
    return type(row), row.pk


def _name(row: Model) -> str:
    return f"{row._meta.verbose_name} “{row}”"


def _told(value: object) -> str:
    if value in (None, "", []):
        return "empty"
    words = ", ".join(map(str, value)) if isinstance(value, list) else value
    return f"“{shown(words)}”"
