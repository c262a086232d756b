"""What the pages of a person, and of their contact, show: what was told, and how it stands."""

from django.db.models import QuerySet
from django.utils import timezone

from foundation.offers.actions import position
from registration.models import Participant, SensitiveDetails, Status, WaitingListEntry
from registration.status_labels import StatusLabel, label_of
from registration.waiting_list import WorkshopPool, entry_of


def details_of(participant: Participant) -> dict[str, object]:
    """Return the context of `registration/_my_details.html`."""
    return {
        "participant": participant,
        "participant_affiliations": participant.participant_affiliations.select_related(
            "affiliation"
        ),
        "days": [attendance.on for attendance in participant.attendances.all()],
        "consents": participant.consents.select_related("version"),
        "sensitive": SensitiveDetails.objects.filter(participant=participant).first(),
    }


def status_of(participant: Participant) -> dict[str, object]:
    """Return what the status means; and for whom it is the waiting list, where they are in it."""
    now = timezone.now()
    if participant.status != Status.WAITING:
        return {"label": label_of(participant, None, now)}
    entry, pool = entry_of(participant), WorkshopPool(participant.workshop)
    is_good = entry is not None and entry.is_good_at(now)
    return {
        "label": label_of(participant, entry, now),
        "is_on_waiting_list": True,
        "offered_until": entry.offer_until(participant.workshop.zone) if entry and is_good else "",
        "position": position(pool=pool, participant=participant),
    }


def with_labels(people: QuerySet[Participant]) -> list[tuple[Participant, StatusLabel]]:
    """Return each of `people` with what their status means now. Two queries at most."""
    now, rows = timezone.now(), list(people.select_related("workshop"))
    waiting = [each for each in rows if each.status == Status.WAITING]
    entries = WaitingListEntry.objects.filter(participant__in=waiting).in_line() if waiting else ()
    last = {entry.participant_id: entry for entry in entries}
    return [(each, label_of(each, last.get(each.pk), now)) for each in rows]
