"""What people type into the registration form, for the tests."""

import re

from django.urls import reverse

from foundation.mail.models import Message
from foundation.series.models import TextVersion, digest_of
from foundation.series.tests.factories import WorkshopFactory
from registration.actions.proving import prove
from registration.models import Participant, Submission


def workshop_with_texts(**fields):
    """A workshop whose form asks everything."""
    texts = {"code_of_conduct": "Be *kind*.", "data_notice": "Used for this alone."}
    return WorkshopFactory(**texts | fields)


def answers(workshop, **changes) -> dict:
    """A form filled in without a mistake; `changes` replace answers, None leaves one out."""
    filled = {
        "badge_name": "Ada Example",
        "email": "ada@example.org",
        "organisation": "",
        "other_organisation": "Example House",
        "job_title": "Director",
        "country": "KH",
        "affiliations": [],
        "days": [workshop.dates[0].isoformat(), workshop.dates[1].isoformat()],
        "dietary": "",
        "access": "",
        "agrees_to_conduct": digest_of(workshop.code_of_conduct),
        "agrees_to_data_use": digest_of(workshop.data_notice),
    } | changes
    return {name: value for name, value in filled.items() if value is not None}


def address(name: str, workshop, *more) -> str:
    """The path of one of registration's pages, or of another app's that is named with it."""
    return reverse(name if ":" in name else f"registration:{name}", args=[workshop.slug, *more])


def send(client, workshop, **changes):
    return client.post(address("register", workshop), answers(workshop, **changes))


def link_in(email) -> str:
    return re.search(r"http://127\.0\.0\.1:8000(/\S+)", email.text)[1]


def kinds() -> list[str]:
    names = Message.objects.order_by("pk").values_list("kind", flat=True)
    return [name.removeprefix("registration/") for name in names]


def is_void(response) -> bool:
    """Whether the answer is the page of a link that doesn't work, and no address gets logged."""
    return (
        response.status_code == 200
        and "This link has expired or was already used" in response.content.decode()
    )


def proved() -> Participant:
    """Who the form becomes that was sent last, once its sender's address is proved."""
    return prove(submission=Submission.objects.waiting().latest("pk"))


def texts_of(workshop) -> list[TextVersion]:
    """What somebody agrees to who reads the form now."""
    return TextVersion.objects.current(workshop)
