"""Every relation stays inside its workshop, and the database says so: each is tried."""

from functools import partial

import pytest
from django.db import IntegrityError, connection, transaction

from agenda.models import Room, Session
from agenda.tests.factories import RoomFactory, SessionFactory
from foundation.core.refusals import Refused
from foundation.core.violations import violated_constraint, violations_refused
from foundation.series.models import Partner
from foundation.series.roles import Duty
from foundation.series.tests.factories import RoleFactory, WorkshopFactory
from registration.models import Invitation, WaitingListEntry
from registration.tests.factories import ParticipantFactory
from workshop.tests.ways import owned, ways_of
from workshop.tests.worlds import Worlds

pytestmark = pytest.mark.django_db

RELATIONS = [(model, name) for model in owned() for name in ways_of(model)]
SEVERAL = [(model, name) for model, name in RELATIONS if len(ways_of(model)) > 1]


def triggers() -> dict[str, list[str]]:
    """Each table with a trigger of ours, and the ways that it was given."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tgrelid::regclass::text, tgargs FROM pg_trigger WHERE tgname = %s",
            ["inside_workshop"],
        )
        rows = cursor.fetchall()
    return {table: bytes(given).decode().rstrip("\0").split("\0") for table, given in rows}


def violated(act) -> str:
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        act()
    return violated_constraint(caught.value)


def test_every_table_of_a_workshop_holds_every_way_there_is():
    assert triggers() == {model._meta.db_table: list(ways_of(model).values()) for model in owned()}


@pytest.fixture
def worlds():
    made = Worlds()
    for participant in (made.rows(Invitation)[n].workshop.participants.first() for n in (0, 1)):
        WaitingListEntry.objects.create(participant=participant)
    return made


def test_relation_that_leads_to_another_workshop_is_refused(worlds):
    """Each row there is, each way: changed to where the other workshop's row leads."""
    tried = set()
    for model, name in RELATIONS:
        field = model._meta.get_field(name)
        row = model._base_manager.exclude(pk__in=worlds._keys.get(model, set())).first()
        target = field.related_model
        others = worlds._keys.get(target, set())
        if row is None:
            continue
        change = model._base_manager.filter(pk=row.pk).update
        there = target._base_manager.filter(pk__in=others)
        found = {violated(partial(change, **{name: other})) for other in there}
        assert found == {"inside_workshop"}, (model, name)
        tried.add((model, name))

    assert len(SEVERAL) >= 25
    assert set(RELATIONS) - tried == set()


def test_new_row_that_joins_two_workshops_is_refused():
    here, there = WorkshopFactory(), WorkshopFactory()
    session, stranger = SessionFactory(workshop=here), ParticipantFactory(workshop=there)

    assert violated(lambda: session.invitees.add(stranger)) == "inside_workshop"
    made = {"participant": stranger, "role": "speaker"}
    assert violated(lambda: session.roles.create(**made)) == "inside_workshop"
    inside = {"workshop": here, "room": RoomFactory(workshop=there)}
    assert violated(lambda: SessionFactory(**inside)) == "inside_workshop"


def test_row_moves_to_no_other_workshop_with_what_hangs_on_it():
    room = RoomFactory()

    elsewhere = Room.objects.filter(pk=room.pk)
    assert violated(lambda: elsewhere.update(workshop=WorkshopFactory())) == "inside_workshop"


def test_row_that_comes_later_in_the_transaction_is_not_believed():
    """Foreign keys are checked at commit: what is not there yet could be anybody's."""
    here = WorkshopFactory()

    def point_ahead():
        Partner.objects.create(workshop=here, part="partner", name="Early", member_of_id=10**9)

    assert violated(point_ahead) == "inside_workshop"


def test_violation_is_a_sentence():
    here, stranger = SessionFactory(), ParticipantFactory()

    with pytest.raises(Refused) as caught, violations_refused({}):
        here.invitees.add(stranger)

    assert caught.value.code == "other-workshop"


def test_violation_on_a_form_is_a_sentence(enter, monkeypatch):
    from agenda.admin import SessionAdmin
    from agenda.tests.test_admin import change_of, form_of

    session, stranger = SessionFactory(), ParticipantFactory()
    client = enter(RoleFactory(workshop=session.workshop, duty=Duty.PROGRAMME).user)
    monkeypatch.setattr(SessionAdmin, "save_model", lambda *args: session.invitees.add(stranger))

    answer = client.post(change_of(session), form_of(session, title="New"))

    assert answer.status_code == 200
    assert "This belongs to another workshop." in answer.content.decode()
    assert not Session.objects.filter(title="New").exists()
