"""Affiliations given and taken back, in words, for the history of a participant."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from foundation.backoffice.audited import Told
from registration.models import Participant, ParticipantAffiliation

# By whether it was verified before, and whether it is then; None where it was not there.
SENTENCES = {
    (None, False): _("“%(affiliation)s” claimed"),
    (None, True): _("“%(affiliation)s” given, verified"),
    (False, True): _("“%(affiliation)s” verified"),
    (True, False): _("“%(affiliation)s” no longer verified"),
    (False, None): _("“%(affiliation)s” no longer claimed"),
    (True, None): _("“%(affiliation)s”, which was verified, taken back"),
}


def affiliations_told(participant: Participant) -> list[Told]:
    """Return what became of the affiliations of `participant`, the newest first."""
    rows = ParticipantAffiliation.history.filter(participant=participant.pk)
    before: dict[int, bool | None] = {}
    told = []
    rows = rows.select_related("affiliation", "history_user")
    for row in rows.order_by("history_date", "history_id"):
        then, now = before.get(row.id), _is_verified(row)
        before[row.id] = now
        if sentence := SENTENCES.get((then, now)):
            what = str(sentence) % {"affiliation": row.affiliation}
            told.append(Told(row.history_date, what, row.history_user))
    return told[::-1]


def _is_verified(row: Any) -> bool | None:
    return None if row.history_type == "-" else row.verified_at is not None
