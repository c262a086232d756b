"""What is measured, row by row."""

from typing import Any

from django.core.management import call_command
from django.db import connection

from foundation.series.models import Workshop, digest_of
from registration.models import Submission
from tools.bench import server
from tools.bench.load import NUMBER, Request
from tools.bench.measure import Bench, Made, here, page, reservation, to
from tools.bench.table import Row
from tools.bench.world import World, build
from worldcafe.models import Reservation, Table

RESERVATION = "reserve, release"
PARTICIPANTS = "admin:registration_participant_changelist"
TENTH, TWENTIETH = 1 / 10, 1 / 20
PRACTICE = {
    "practice": "A practice to be measured",
    "country": "TH",
    "summary": "What was tried and what came of it.",
    "brings": "A film",
}


def prepared(hosts: int) -> World:
    """Yield the bench's own database and static files, filled."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("collectstatic", verbosity=0, interactive=False)
    world = build(hosts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a server of long standing knows its tables
    return world


def measured(
    world: World, environment: dict[str, str], database: int | None, seconds: float
) -> tuple[Row, list[Row]]:
    """Measure the floor and every page, in the same run."""
    with server.running("tools.bench.floor_settings", environment, "/floor") as one:
        bench = Bench(one, database, seconds)
        _tell("floor")
        floor = page(bench, "floor", Request("/floor"), queries=1)
    with server.running("tools.bench.settings", environment, "/healthz") as one:
        bench = Bench(one, database, seconds)
        rows = [_page(bench, name, request, **more) for name, request, more in pages(world)]
        rows.append(_reservation(bench, world))
    return floor, rows


def pages(world: World) -> list[tuple[str, Request | None, dict[str, Any]]]:
    """Return the name of each page, its request, and what else is known of its row."""
    at, member, aim = world.workshop.slug, {"cookie": world.member}, {"aim": TENTH}
    forms = Made(Submission.objects.all())
    return [
        ("workshop page", to("workshop:home", at), {}),
        ("agenda, nobody", to("agenda:agenda", at), aim),
        ("agenda, member", to("agenda:agenda", at, **member), aim),
        ("one session, member", to("agenda:session", at, world.session.slug, **member), aim),
        ("me/", to("workshop:me", at, **member), aim),
        ("café, member", to("worldcafe:cafes", at, **member), aim),
        ("one free table, member", _table("table", world, world.free, **member), {}),
        ("reserve, just taken", _just_taken(world), {}),
        ("register, the form", to("registration:register", at), {}),
        ("register, sent", _registration(world.workshop), {"made": forms}),
        ("admin, participants", to(PARTICIPANTS, cookie=world.organiser), {}),
    ]


def _table(name: str, world: World, table: Table, **more: Any) -> Request | None:
    place = table.cafe.session.slug, table.number
    return to(f"worldcafe:{name}", world.workshop.slug, *place, **more)


def _just_taken(world: World) -> Request | None:
    return _table("reserve", world, world.taken, cookie=world.member, body=PRACTICE, right=409)


def _registration(workshop: Workshop) -> Request | None:
    """What somebody new sends, each time with another address."""
    affiliation = workshop.affiliations.values_list("pk", flat=True)[0]
    filled = {
        "badge_name": "Somebody",
        "email": f"somebody-{NUMBER}@example.org",
        "other_organisation": "A house not on the list",
        "job_title": "Coordinator",
        "country": "TH",
        "affiliations": [str(affiliation)],
        "days": [on.isoformat() for on in workshop.dates],
        "dietary": "Vegetarian",
        "agrees_to_conduct": digest_of(workshop.code_of_conduct),
        "agrees_to_data_use": digest_of(workshop.data_notice),
    }
    return to("registration:register", workshop.slug, body=filled, right=302)


def hosts_of(world: World) -> list[tuple[Request | None, Request | None]]:
    """Return both requests of each host: to reserve their table, and to release it."""
    return [
        (
            _table("reserve", world, table, cookie=cookie, body=PRACTICE, right=302),
            _table("release", world, table, cookie=cookie, body={}, right=302),
        )
        for cookie, table in world.hosts
    ]


def _page(bench: Bench, name: str, request: Request | None, **more: Any) -> Row:
    _tell(name)
    queries = here(request)[1] if request else None
    return page(bench, name, request, queries=queries, **more)


def _reservation(bench: Bench, world: World) -> Row:
    _tell(RESERVATION)
    made = Made(Reservation.objects.all(), requests=2)
    return reservation(bench, RESERVATION, hosts_of(world), made=made, aim=TWENTIETH)


def _tell(name: str) -> None:
    print(f"Measuring {name} …", flush=True)
