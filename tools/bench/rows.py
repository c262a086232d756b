"""What is measured, row by row."""

from django.core.management import call_command
from django.db import connection
from django.urls import reverse

from tools.bench import server
from tools.bench.measure import Bench, address, page, queries_of, reservation
from tools.bench.table import Row
from tools.bench.world import World, build

RESERVATION = "reserve, release"
TENTH, TWENTIETH = 1 / 10, 1 / 20


def prepared(hosts: int) -> World:
    """The bench's own database and static files, filled."""
    call_command("migrate", verbosity=0)
    call_command("createcachetable")
    call_command("collectstatic", verbosity=0, interactive=False)
    world = build(hosts)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # a server of long standing knows its tables
    return world


def measured(world: World, environment, database, seconds: float) -> tuple[Row, list[Row]]:
    """The floor and every page, in the same run."""
    with server.running("tools.bench.floor_settings", environment, "/floor") as one:
        bench = Bench(one, database, seconds)
        _tell("floor")
        floor = page(bench, "floor", "/floor", queries=1)
    with server.running("tools.bench.settings", environment, "/healthz") as one:
        bench = Bench(one, database, seconds)
        rows = [_page(bench, *row) for row in _pages(world)]
        _tell(RESERVATION)
        rows.append(reservation(bench, world, RESERVATION, aim=TWENTIETH))
    return floor, rows


def _pages(world: World) -> list[tuple]:
    """Name, address, session cookie, aim."""
    slug = world.workshop.slug
    agenda = reverse("agenda:agenda", args=[slug])
    session = reverse("agenda:session", args=[slug, world.session.slug])
    return [
        ("workshop page", reverse("workshop:home", args=[slug]), "", None),
        ("agenda, nobody", agenda, "", TENTH),
        ("agenda, member", agenda, world.member, TENTH),
        ("one session, member", session, world.member, TENTH),
        ("me/", address("workshop:me", world), world.member, TENTH),
        ("café, member", address("worldcafe:cafes", world), world.member, TENTH),
    ]


def _page(bench: Bench, name: str, path: str | None, cookie: str, aim: float | None) -> Row:
    _tell(name)
    return page(bench, name, path, cookie, aim=aim, queries=queries_of(path, cookie))


def _tell(name: str) -> None:
    print(f"Measuring {name} …", flush=True)
