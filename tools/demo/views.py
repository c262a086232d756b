"""The demo's mailbox: every mail the demo sent, codes and links included."""

import time

from allauth.mfa import app_settings as mfa
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.mfa.utils import decrypt
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from foundation.series.models import Workshop
from registration.links import invitation_path, verify_path
from registration.models import Submission
from tools.demo import mailbox
from tools.demo.cast import ASSISTANT, PEOPLE, STAFF
from tools.demo.invitation import good_invitation
from tools.demo.prepare import SLUG


@login_not_required
@require_safe
@never_cache
def demo_mailbox(request: HttpRequest) -> HttpResponse:
    """Show all mails, newest first. The address exists in the demo alone."""
    to = request.GET.get("to", "").replace("\0", "").strip()[:254]
    workshop = Workshop.objects.filter(slug=SLUG).first()
    context = {
        "letters": mailbox.letters(to),
        "to": to,
        "shown_at_most": mailbox.SHOWN,
        "staff": [(one, _second_code(one.email)) for one in STAFF],
        "code_lasts": mfa.TOTP_PERIOD - int(time.time()) % mfa.TOTP_PERIOD,
        "people": [*PEOPLE, ASSISTANT],
        "links": _links(workshop) if workshop else {},
    }
    return render(request, "demo/mailbox.html", context)


def _second_code(email: str) -> str:
    """The code that this member of staff's authenticator would show now, if any."""
    found = Authenticator.objects.filter(user__email=email, type=Authenticator.Type.TOTP).first()
    if found is None:
        return ""
    secret = decrypt(found.data["secret"])
    code: str = format_hotp_value(hotp_value(secret, int(time.time()) // mfa.TOTP_PERIOD))
    return code


def _links(workshop: Workshop) -> dict[str, str]:
    """The secret links that still wait for someone, good for as long as if just mailed."""
    invitation = good_invitation(workshop)
    waiting = Submission.objects.waiting().select_related("workshop")
    unproved = waiting.filter(workshop=workshop, user__email="unproved@example.org").first()
    return {
        "invitation": invitation_path(invitation) if invitation else "",
        "verify": verify_path(unproved) if unproved else "",
    }
