"""What members of staff do in the admin, as their browser would."""

from django.urls import reverse

from foundation.mail.models import Message
from foundation.mail.tests.factories import MessageFactory
from foundation.series.models import Workshop
from workshop.tests.filled import filled as page_filled


def change_of(row) -> str:
    return reverse(f"admin:{row._meta.app_label}_{row._meta.model_name}_change", args=[row.pk])


def filled(client, row, **changes) -> dict:
    """What the change form posts as it stands, with `changes`."""
    return page_filled(client.get(change_of(row))) | changes


def press(client, row, move, **changes):
    return client.post(change_of(row), filled(client, row, _move=move, **changes), follow=True)


def errors_of(response) -> dict:
    assert response.status_code == 200
    return response.context["adminform"].form.errors


def act(client, action, *rows, **more):
    keys = [row.pk for row in rows]
    address = reverse(f"admin:{rows[0]._meta.app_label}_{rows[0]._meta.model_name}_changelist")
    return client.post(address, {"action": action, "_selected_action": keys} | more, follow=True)


def messages_of(response) -> list[str]:
    return [str(message) for message in response.context["messages"]]


def write(workshop: Workshop, to="someone@example.org", **fields) -> Message:
    return MessageFactory(workshop=workshop, to=to, kind="registration/cancelled", **fields)
