"""The demo's mailbox: every mail the demo sent, codes and links included."""

from django.contrib.auth.decorators import login_not_required
from django.views.decorators.http import require_safe


@login_not_required
@require_safe
def mailbox(request):
    """All mails, newest first. The address exists in the demo alone."""
    raise NotImplementedError
