"""The short names that a workshop had before: its old addresses lead on."""

from django.db import models
from django.utils.translation import gettext_lazy as _

from foundation.series.models.workshop import Workshop


class FormerSlug(models.Model):
    """A short name that a workshop had once. One that is a workshop's own now is not looked up."""

    slug = models.SlugField(_("former short name"), max_length=60, unique=True)
    workshop = models.ForeignKey(Workshop, models.CASCADE, related_name="former_slugs")

    class Meta:
        verbose_name = _("former short name")
        verbose_name_plural = _("former short names")
        ordering = ["slug"]

    def __str__(self) -> str:
        return self.slug
