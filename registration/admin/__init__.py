"""The organisers' screens for who is coming; one noun a file."""

from registration.admin import invitation, mail, organisation, participant

__all__ = ["invitation", "mail", "organisation", "participant"]
