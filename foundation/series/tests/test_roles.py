"""Who may do what: the table as organisers read it."""

import pytest

from foundation.accounts.tests.factories import UserFactory
from foundation.series.roles import Area, Duty, may, workshop_ids
from foundation.series.tests.factories import RoleFactory, WorkshopFactory

# - nothing, v view, c view and change.
TABLE = """
              workshop  people  sensitive  protected  programme  cafe
organiser     c         c       c          c          c          c
programme     v         v       -          -          c          c
desk          v         c       -          -          -          -
logistics     v         v       v          -          v          c
read-only     v         v       -          -          v          v
"""
RIGHTS = {"-": [], "v": ["view"], "c": ["view", "change"]}


def rows():
    header, *lines = TABLE.strip().splitlines()
    for line in lines:
        duty, *marks = line.split()
        for area, mark in zip(header.split(), marks, strict=True):
            yield duty, area, RIGHTS[mark]


@pytest.mark.django_db
@pytest.mark.parametrize(("duty", "area", "rights"), list(rows()))
def test_role_brings_the_rights_of_the_table_at_its_own_workshop_alone(duty, area, rights):
    role = RoleFactory(duty=duty)
    other = WorkshopFactory()

    here = [right for right in ("view", "change") if may(role.user, right, area, role.workshop)]
    there = [right for right in ("view", "change") if may(role.user, right, area, other)]
    anywhere = [right for right in ("view", "change") if may(role.user, right, area)]

    assert here == anywhere == rights
    assert there == []


def test_table_names_every_role_and_area():
    assert {duty for duty, _area, _rights in rows()} == set(Duty.values)
    assert {area for _duty, area, _rights in rows()} == set(Area.values)


@pytest.mark.django_db
@pytest.mark.parametrize("lost", ["is_staff", "is_active"])
def test_role_of_somebody_no_longer_staff_brings_nothing(lost):
    role = RoleFactory()
    setattr(role.user, lost, False)

    assert not may(role.user, "view", Area.WORKSHOP, role.workshop)


@pytest.mark.django_db
def test_staff_without_a_role_has_nothing_and_a_superuser_everything():
    workshop = WorkshopFactory()
    staff = UserFactory(is_staff=True)
    operator = UserFactory(is_staff=True, is_superuser=True)

    assert [area for area in Area if may(staff, "view", area)] == []
    assert [area for area in Area if not may(operator, "change", area, workshop)] == []


@pytest.mark.django_db
def test_roles_at_two_workshops_do_not_mix():
    desk = RoleFactory(duty=Duty.DESK)
    programme = RoleFactory(duty=Duty.PROGRAMME, user=desk.user)

    assert workshop_ids(desk.user, "change", Area.PEOPLE) == {desk.workshop_id}
    assert workshop_ids(desk.user, "change", Area.PROGRAMME) == {programme.workshop_id}
