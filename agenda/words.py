"""A session in words that may be written to whoever held something there."""

from datetime import datetime

from django.utils.translation import gettext as _

from agenda.models import Session
from foundation.core import clock

Times = tuple[datetime, datetime]


def name_of(session: Session, times: Times | None = None) -> str:
    """Return a session with its time; by its title only where everybody may read that.

    times: when it was, as its reader knew it, where that may have changed.
    """
    starts_at, ends_at = times or (session.starts_at, session.ends_at)
    words = {
        "title": session.title,
        "when": clock.period(starts_at, ends_at, session.workshop.zone),
    }
    if session.access == Session.Access.OPEN:
        return _("“%(title)s”, %(when)s") % words
    return _("a session, %(when)s") % words


def seat_at(session: Session, times: Times | None = None) -> str:
    """Return a seat at a session, in the same words."""
    return _("seat at %(session)s") % {"session": name_of(session, times)}
