"""The organisers' screens for who is coming; one noun a file."""

from registration.admin import invitation, organisation, participant

__all__ = ["invitation", "organisation", "participant"]
