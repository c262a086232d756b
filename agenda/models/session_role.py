"""Who does what at a session."""

from typing import Self

from django.db import models
from django.utils.translation import gettext_lazy as _

from agenda.models.session import Session
from registration.models import Participant


class SessionRoleQuerySet(models.QuerySet["SessionRole"]):
    def elsewhere_during(self, session: Session) -> Self:
        """Return the roles that people with a role at `session` have at others while it lasts.

        Back-to-back is not at the same time.
        """
        people = session.roles.order_by().values("participant")
        return self.filter(
            participant__in=people,
            session__starts_at__lt=session.ends_at,
            session__ends_at__gt=session.starts_at,
        ).exclude(session=session)


class SessionRole(models.Model):
    """A participant's role at a session, which admits to it. Given and taken by actions alone."""

    class Role(models.TextChoices):
        FACILITATOR = "facilitator", _("Facilitator")
        SPEAKER = "speaker", _("Speaker")
        RAPPORTEUR = "rapporteur", _("Rapporteur")
        INTERPRETER = "interpreter", _("Interpreter")

    session = models.ForeignKey(Session, models.CASCADE, related_name="roles")
    participant = models.ForeignKey(
        Participant, models.CASCADE, related_name="session_roles", verbose_name=_("participant")
    )
    role = models.CharField(_("role"), max_length=12, choices=Role)

    objects = SessionRoleQuerySet.as_manager()

    class Meta:
        verbose_name = _("role at the session")
        verbose_name_plural = _("roles at the session")
        ordering = ["role", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["session", "participant", "role"],
                name="session_role_once",
                violation_error_code="role",
                violation_error_message=_("This participant has this role already."),
            )
        ]

    def __str__(self) -> str:
        return f"{self.get_role_display()}: {self.participant}"
