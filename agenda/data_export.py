"""Everything that the agenda stores about a participant, for their own download."""

from typing import Any

from agenda.models import Session
from registration.access import Viewer
from registration.models import Participant


def of(participant: Participant) -> dict[str, list[dict[str, Any]]]:
    """Return their sign-ups, and their roles at sessions.

    A session that admits them no longer is told without its title and time: the download shows
    what the agenda shows.
    """
    visible = Session.objects.visible_to(Viewer.of_participant(participant))
    rows = visible.values_list("pk", "title", "starts_at", "ends_at")
    told = {pk: {"session": title, "from": start, "to": end} for pk, title, start, end in rows}
    return {
        "sign_ups": [
            {"taken_at": each.created_at} | told.get(each.session_id, {})
            for each in participant.sign_ups.all()
        ],
        "session_roles": [
            {"role": each.role} | told.get(each.session_id, {})
            for each in participant.session_roles.all()
        ],
    }
