"""The login: an e-mail address. Nothing about attendance."""

from typing import Any

from django.contrib.auth.models import AbstractBaseUser, BaseUserManager, PermissionsMixin
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import F
from django.utils import timezone
from django.utils.crypto import salted_hmac
from django.utils.translation import gettext_lazy as _

from foundation.core.addresses import is_spelt, spelling
from foundation.core.fields import AddressField, NameField


class UserManager(BaseUserManager["User"]):
    def get_by_natural_key(self, email: str | None) -> "User":
        """Return the user of an address, however it was typed.

        Raises: User.DoesNotExist, also where it is no address.
        """
        try:
            return self.get(email=spelling(email or ""))
        except ValidationError as error:
            raise self.model.DoesNotExist from error

    def create_user(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create a user who can sign in by mailed code, and by password where one is given.

        Raises: a ValidationError, where `email` is no address.
        """
        user = self.model(email=spelling(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def create_superuser(self, email: str, password: str | None = None, **fields: Any) -> "User":
        """Create an operator, who may do everything."""
        return self.create_user(email, password, is_staff=True, is_superuser=True, **fields)


class SessionEpoch(models.PositiveIntegerField):
    """A number that saving a row leaves alone: an old copy of it must bring no session back."""

    def pre_save(self, instance: models.Model, add: bool) -> Any:
        return super().pre_save(instance, add) if add else F(self.attname)


class User(AbstractBaseUser, PermissionsMixin):
    """Somebody who can sign in."""

    email = AddressField(_("e-mail"), max_length=254, unique=True)
    name = NameField(_("name"), max_length=200, blank=True)
    is_staff = models.BooleanField(_("may enter the admin"), default=False)
    is_active = models.BooleanField(_("active"), default=True)
    date_joined = models.DateTimeField(_("since"), default=timezone.now)
    session_epoch = SessionEpoch(default=0, editable=False)

    USERNAME_FIELD = "email"
    EMAIL_FIELD = "email"

    objects = UserManager()

    class Meta:
        verbose_name = _("user")
        verbose_name_plural = _("users")
        ordering = ["email"]
        constraints = [
            # In one spelling, an address is one user however it was typed.
            models.CheckConstraint(
                name="user_email_spelt",
                violation_error_message=_("Enter the e-mail address as name@example.org."),
                condition=is_spelt("email"),
            ),
        ]

    def __str__(self) -> str:
        return self.email

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self.password:  # an empty one counts as usable, and would be asked for
            self.set_unusable_password()
        super().save(*args, **kwargs)

    def end_sessions(self) -> None:
        """End every session of this user, also the one in hand: what follows is a new sign-in."""
        User.objects.filter(pk=self.pk).update(session_epoch=F("session_epoch") + 1)
        self.refresh_from_db(fields=["session_epoch"])

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session must carry to be this user's still.

        Whoever becomes staff or an operator signs in anew; so does whose sessions were ended.
        """
        held = self.password, self.session_epoch, self.is_staff, self.is_superuser
        return salted_hmac(
            "foundation.accounts.sessions", repr(held), secret=secret, algorithm="sha256"
        ).hexdigest()

    def get_full_name(self) -> str:
        """Return the name, or the address of who gave none."""
        return self.name or self.email

    get_short_name = get_full_name
