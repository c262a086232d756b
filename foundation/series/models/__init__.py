"""The Workshop: what it is, who is behind it, who works on it; and what all apps share."""

from foundation.series.models.parts import Contact, Partner, Resource
from foundation.series.models.staff import AccessRecord, Role
from foundation.series.models.workshop import (
    LONG_TEXT,
    RESERVED_SLUGS,
    FormerSlug,
    TextVersion,
    Workshop,
    WorkshopOwned,
    WorkshopQuerySet,
    digest_of,
    validate_timezone,
    validate_workshop_slug,
)

__all__ = [
    "LONG_TEXT",
    "RESERVED_SLUGS",
    "AccessRecord",
    "Contact",
    "FormerSlug",
    "Partner",
    "Resource",
    "Role",
    "TextVersion",
    "Workshop",
    "WorkshopOwned",
    "WorkshopQuerySet",
    "digest_of",
    "validate_timezone",
    "validate_workshop_slug",
]
