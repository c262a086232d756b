"""A message: one mail to one recipient, from the moment it is written until its fate is known."""

from datetime import timedelta
from typing import Self
from uuid import UUID

from django.conf import settings
from django.db import models
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from foundation.series.models import Workshop
from foundation.series.roles import Area, Staff

# A message that nobody has tried for so long says so: the mail server is away, or no worker runs.
LATE = timedelta(minutes=2)


class State(models.TextChoices):
    QUEUED = "queued", _("on its way")
    DELIVERED = "delivered", _("delivered")
    REFUSED = "refused", _("refused")
    GIVEN_UP = "given-up", _("given up")


class Priority(models.IntegerChoices):
    """What goes first; codes have a lane of their own."""

    CODE = 1, _("sign-in")
    SOON = 2, _("its reader waits for it")
    NORMAL = 3, _("normal")


class MessageQuerySet(models.QuerySet["Message"]):
    def codes(self) -> Self:
        """Return what Django and allauth send: sign-in codes, and news about signing in."""
        return self.filter(priority=Priority.CODE)

    def letters(self) -> Self:
        """Return all that is no code."""
        return self.exclude(priority=Priority.CODE)

    def due(self) -> Self:
        """Return what is to be tried now, first in line first; asked of one lane.

        What was not tried yet goes before what failed. One message of a lane at a time goes to
        an address, so that a slow one keeps one connection busy and no more.
        """
        now = timezone.now()
        in_hand = self.filter(to=OuterRef("to"), state=State.QUEUED, claimed_until__gt=now)
        unclaimed = Q(claimed_until=None) | Q(claimed_until__lte=now)
        due = self.filter(unclaimed, ~Exists(in_hand), state=State.QUEUED, next_try_at__lte=now)
        return due.order_by("tries", "priority", "next_try_at", "pk")

    def late(self) -> Self:
        """Return what should have been tried by now, and never was: see `Message.is_late`."""
        return self.filter(state=State.QUEUED, tries=0, next_try_at__lt=timezone.now() - LATE)

    def failed(self) -> Self:
        """Return what its reader never got, and nobody has sent again."""
        return self.filter(state__in=[State.REFUSED, State.GIVEN_UP], sent_again_at=None)

    def shown_to(self, user: Staff) -> Self:
        """Return the messages that a member of staff may know of."""
        workshops = Workshop.objects.staffed_by(user, "view", Area.PROTECTED)
        return self.filter(Q(is_protected=False) | Q(workshop__in=workshops))

    def about(self, public_id: UUID) -> Self:
        """Return what is about a participant, by their public id."""
        return self.filter(about=public_id)


class Message(models.Model):
    """One mail to one address. The text of a secret one is removed when its fate is known.

    workshop: none for what Django and allauth send. about: the public id of the participant it is
    about; apps find their own by it. is_protected: only staff who may know protected participants
    see it. kind: names a class of `kinds`. unanswered: tries that ended
    without the mail server's answer, so that it may have taken the mail; the one in hand counts.
    claimed_until: a worker has it in hand until then at the latest.
    """

    workshop = models.ForeignKey(
        Workshop,
        models.CASCADE,
        null=True,
        related_name="messages",
        verbose_name=_("workshop"),
    )
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="messages",
        verbose_name=_("user"),
    )
    to = models.CharField(_("to"), max_length=254)
    about = models.UUIDField(_("about"), null=True, db_index=True)
    kind = models.CharField(_("kind"), max_length=60)
    subject = models.CharField(_("subject"), max_length=500)
    text = models.TextField(_("text"), blank=True)
    is_secret = models.BooleanField(_("carries a secret link or code"), default=True)
    is_protected = models.BooleanField(_("about a protected participant"), default=False)
    priority = models.PositiveSmallIntegerField(
        _("priority"), choices=Priority, default=Priority.NORMAL
    )
    state = models.CharField(_("state"), max_length=12, choices=State, default=State.QUEUED)
    tries = models.PositiveIntegerField(_("tries"), default=0)
    unanswered = models.PositiveIntegerField(_("tries without an answer"), default=0)
    next_try_at = models.DateTimeField(_("next try"), default=timezone.now)
    claimed_until = models.DateTimeField(_("in hand until"), null=True)
    last_answer = models.CharField(_("answer of the mail server"), max_length=300, blank=True)
    message_id = models.CharField(max_length=255)
    created_at = models.DateTimeField(_("written"), default=timezone.now)
    delivered_at = models.DateTimeField(_("delivered at"), null=True)
    sent_again_at = models.DateTimeField(_("sent again at"), null=True)

    objects = MessageQuerySet.as_manager()

    class Meta:
        verbose_name = _("message")
        verbose_name_plural = _("messages")
        ordering = ["-pk"]
        constraints = [
            # Line ends and other control characters could make a second recipient or header.
            models.CheckConstraint(
                name="message_to_one_line",
                violation_error_message=_("A message goes to one address, on one line."),
                condition=Q(to__regex=r"^[^[:cntrl:]]+$"),
            ),
            models.CheckConstraint(
                name="message_subject_one_line",
                violation_error_message=_("A subject is one line."),
                condition=Q(subject__regex=r"^[^[:cntrl:]]*$"),
            ),
            models.CheckConstraint(
                name="message_state_known",
                violation_error_message=_("This state is not known."),
                condition=Q(state__in=State.values),
            ),
            models.CheckConstraint(
                name="message_priority_known",
                violation_error_message=_("This priority is not known."),
                condition=Q(priority__in=Priority.values),
            ),
            models.CheckConstraint(
                name="message_delivered_has_moment",
                violation_error_message=_("A message that was delivered says when."),
                condition=Q(state=State.DELIVERED, delivered_at__isnull=False)
                | (~Q(state=State.DELIVERED) & Q(delivered_at__isnull=True)),
            ),
            models.CheckConstraint(
                name="message_secret_gone_with_its_fate",
                violation_error_message=_("A secret text is removed once its fate is known."),
                condition=Q(state=State.QUEUED) | Q(is_secret=False) | Q(text=""),
            ),
            models.CheckConstraint(
                name="message_of_workshop_or_secret",
                violation_error_message=_("A message belongs to a workshop, or carries a code."),
                condition=Q(workshop__isnull=False) | Q(is_secret=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["tries", "priority", "next_try_at"],
                name="message_in_line",
                condition=Q(state=State.QUEUED),
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def is_late(self) -> bool:
        """Return whether it should have been tried by now, and never was."""
        is_untried = self.state == State.QUEUED and self.tries == 0
        return is_untried and self.next_try_at + LATE < timezone.now()
