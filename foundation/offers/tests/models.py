"""The smallest pool: a room with seats, people who sit in it, and those who wait at its door."""

from django.db import models

from foundation.core.locking import lock
from foundation.offers.models import Entry, EntryQuerySet, one_open_entry
from foundation.offers.pool import News, Pool


class Person(models.Model):
    name = models.CharField(max_length=40)
    may_sit = models.BooleanField(default=True)

    def __str__(self) -> str:
        return self.name


class Room(models.Model):
    seats = models.PositiveSmallIntegerField(null=True)

    def __str__(self) -> str:
        return f"Room {self.pk}"


class Seat(models.Model):
    room = models.ForeignKey(Room, models.CASCADE, related_name="taken")
    person = models.ForeignKey(Person, models.CASCADE)

    def __str__(self) -> str:
        return f"{self.person} in {self.room}"


class RoomEntry(Entry):
    room = models.ForeignKey(Room, models.CASCADE, related_name="entries")
    participant = models.ForeignKey(Person, models.CASCADE)

    objects = EntryQuerySet.as_manager()

    class Meta(Entry.Meta):
        constraints = [*Entry.Meta.constraints, one_open_entry("room", "participant")]

    def __str__(self) -> str:
        return f"{self.participant}: {self.state}"


class RoomPool(Pool[RoomEntry, Person]):
    """Notes who was told what."""

    def __init__(self, room: Room):
        self.room = room
        self.told: list[tuple[str, str]] = []

    def lock(self) -> None:
        self.room = lock(Room.objects.all(), self.room.pk)

    def seats(self) -> int | None:
        return self.room.seats

    def taken(self) -> int:
        return self.room.taken.count()

    def entries(self) -> EntryQuerySet[RoomEntry]:
        return RoomEntry.objects.filter(room=self.room).select_related("participant")

    def new_entry(self, participant: Person) -> RoomEntry:
        return RoomEntry(room=self.room, participant=participant)

    def may_take(self, entry: RoomEntry) -> bool:
        return entry.participant.may_sit

    def notify(self, entry: RoomEntry, news: News) -> None:
        self.told.append((entry.participant.name, news))

    def take(self, person: Person) -> None:
        """Let `person` sit down, the room being locked, and be out of the line."""
        Seat.objects.create(room=self.room, person=person)
