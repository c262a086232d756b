"""Everything that the World Café stores about a participant, for their own download."""

from typing import Any

from registration.access import Viewer
from registration.models import Participant
from worldcafe.models import Cafe, Reservation


def of(participant: Participant) -> dict[str, list[dict[str, Any]]]:
    """Return their reservations, released ones and earlier texts included.

    A café that admits them no longer is told without its title and time: the download shows what
    the café's page shows.
    """
    rows = Cafe.objects.visible_to(Viewer.of_participant(participant)).values_list(
        "pk", "session__title", "session__starts_at", "session__ends_at"
    )
    told = {pk: {"cafe": title, "from": start, "to": end} for pk, title, start, end in rows}
    return {
        "reservations": [
            _texts(each)
            | {"reserved_at": each.reserved_at, "released_at": each.released_at}
            | told.get(each.table.cafe_id, {})
            | {"table": each.table.number}
            for each in participant.reservations.select_related("table")
        ],
        "reservations_history": [
            _texts(row) | {"changed_at": row.history_date}
            for row in Reservation.history.filter(host=participant)
        ],
    }


def _texts(row: Reservation) -> dict[str, str]:
    return {
        "practice": row.practice,
        "country": row.country.code,
        "summary": row.summary,
        "brings": row.brings,
    }
