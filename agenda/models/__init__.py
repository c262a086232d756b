"""What happens when, where, and whom a session admits."""

from agenda.models.day import Day
from agenda.models.former import FormerSessionSlug
from agenda.models.room import Room
from agenda.models.session import Session, SessionQuerySet
from agenda.models.session_role import SessionRole
from agenda.models.sign_up import SignUp
from agenda.models.track import Track

__all__ = [
    "Day",
    "FormerSessionSlug",
    "Room",
    "Session",
    "SessionQuerySet",
    "SessionRole",
    "SignUp",
    "Track",
]
