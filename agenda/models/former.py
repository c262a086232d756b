"""The short names that a session had before: its old addresses lead on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.models.session import Session
from foundation.series.models import Workshop


class FormerSessionSlug(models.Model):
    """A short name that a session had once, in its workshop."""

    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="+")
    slug = models.SlugField(_("former short name"), max_length=80)
    session = models.ForeignKey(Session, models.CASCADE, related_name="former_slugs")

    class Meta:
        verbose_name = _("former short name of a session")
        verbose_name_plural = _("former short names of sessions")
        ordering = ["slug"]
        constraints = [
            models.UniqueConstraint(
                fields=["workshop", "slug"], name="former_session_slug_once_per_workshop"
            )
        ]

    def __str__(self) -> str:
        return self.slug
