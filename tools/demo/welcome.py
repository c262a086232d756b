"""What the demo says once it runs: where it is, and whom to sign in as."""

from django.conf import settings
from django.urls import reverse

from foundation.series.models import Workshop
from registration.links import invitation_path
from tools.demo.cast import ASSISTANT, PEOPLE, STAFF, Assistant, Person, Staff
from tools.demo.invitation import good_invitation

WELCOME = """
The demo runs:  {site}/        (Ctrl-C ends it)

To sign in, enter one of these addresses at {site}{login}. The site mails a code,
which is printed here and shown, like every mail, at
                {site}{mailbox}
Staff are asked for a second code: it is at the top of that page. Then {site}{admin}

{people}

An invitation that nobody has used yet:
  {invitation}
"""


def welcome(workshop: Workshop) -> str:
    """Return what the terminal shows once the demo runs."""
    everybody: list[Staff | Person | Assistant] = [*STAFF, *PEOPLE, ASSISTANT]
    who = [(one.email, str(one.sees)) for one in everybody]
    width = max(len(email) for email, _sees in who)
    invitation = good_invitation(workshop)
    return WELCOME.format(
        site=settings.SITE_URL,
        login=reverse("account_login"),
        mailbox=reverse("demo_mailbox"),
        admin=reverse("admin:index"),
        people="\n".join(f"  {email:{width}}  {sees}" for email, sees in who),
        invitation=settings.SITE_URL + invitation_path(invitation) if invitation else "–",
    )
