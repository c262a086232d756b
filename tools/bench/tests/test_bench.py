"""The bench's own arithmetic and words. `make bench` itself needs wrk, and time."""

import os
import subprocess
import sys
import time

import pytest
from django.conf import settings
from environ import Env

from foundation.series.models import Workshop
from foundation.series.tests.factories import WorkshopFactory
from tools.bench import load
from tools.bench.__main__ import say
from tools.bench.database import beside, url_of
from tools.bench.floor import floor
from tools.bench.load import NUMBER, Request, Run, read
from tools.bench.measure import Bench, Made, here
from tools.bench.rows import hosts_of, pages
from tools.bench.server import Server, seconds_of
from tools.bench.table import Row, of_floor, part, per_request, table, troubles
from tools.bench.world import PARTICIPANTS, SESSIONS, TABLES, build

LINE = (
    'BENCH {"requests": 500, "duration": 2000000, "p50": 1500, "p95": 4250, "status": %d, '
    '"socket": %d, "unexpected": {%s}}'
)
FLOOR = Row(name="floor", run=Run(requests=2000, seconds=2, median=1, p95=2), queries=1)


def row(per_second: int, **more) -> Row:
    return Row(name="page", run=Run(per_second, 1, median=7.25, p95=9), **more)


def test_line_of_the_load_generator_is_read_in_seconds_and_milliseconds():
    run = read(LINE % (0, 0, ""))

    assert run == Run(requests=500, seconds=2, median=1.5, p95=4.25)
    assert run.per_second == 250


def test_answers_that_are_no_success_are_told():
    assert read(LINE % (3, 0, "")).unexpected == {"400 or more": 3}
    assert read(LINE % (3, 2, '"200": 1, "409": 3')).unexpected == {
        "200": 1,
        "409": 3,
        "no answer": 2,
    }


@pytest.mark.parametrize(
    ("share", "words"),
    [(None, ""), (1, "1"), (0.5, "1/2.0"), (0.1, "1/10"), (0.0166, "1/60"), (1.2, "1")],
)
def test_part_is_said_as_people_say_it(share, words):
    assert part(share) == words


def test_processor_time_is_shared_among_requests():
    assert per_request(10, 11.5, 1000) == 1.5
    assert per_request(None, None, 1000) is None
    assert per_request(10, 11.5, 0) is None


def test_processor_time_of_processes_that_ended_is_counted():
    busy = "import time; begin = time.process_time()\nwhile time.process_time() < begin + .3: pass"
    parent = f"import subprocess, sys; subprocess.run([sys.executable, '-c', {busy!r}]); input()"
    with subprocess.Popen(
        [sys.executable, "-c", parent], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        deadline = time.monotonic() + 30
        while (spent := seconds_of(process.pid)) < 0.3 and time.monotonic() < deadline:
            time.sleep(0.05)
        process.stdin.close()

    assert spent >= 0.3
    assert seconds_of(None) is None


def test_table_says_which_aims_are_reached_and_what_is_missing():
    rows = [row(100, aim=0.1), row(99, aim=0.1, database=0.25), Row(name="me/", is_missing=True)]

    _headings, _line, floor, reached, missed, missing = table(rows, FLOOR).splitlines()

    assert of_floor(rows[0], FLOOR) == 0.1
    assert "1,000" in floor
    assert "1/10 reached" in reached
    assert "unknown" in reached
    assert "1/10 MISSED" in missed
    assert "0.25" in missed
    assert missing.split() == ["me/", "missing"]


def test_table_is_drawn_without_a_floor():
    failed = Row(name="floor", trouble=["/floor answers 500, not 200"])

    drawn = table([row(100, aim=0.1)], failed)

    assert "floor  " in drawn
    assert "failed" in drawn
    assert "MISSED" not in drawn
    assert troubles([failed]) == ["floor: /floor answers 500, not 200"]


def test_run_with_wrong_answers_says_so_loudly_and_fails(capsys):
    good, bad = row(100), row(100, trouble=["3 × 409"])

    assert say(FLOOR, [good], seconds=5) == 0
    assert "ERRORS" not in capsys.readouterr().out

    assert say(FLOOR, [good, bad], seconds=5) == 1
    assert capsys.readouterr().out.endswith(
        "*** ERRORS: these figures are not to be believed ***\n  page: 3 × 409\n"
    )


def test_run_with_a_missing_row_fails(capsys):
    missing = Row(name="me/", is_missing=True)

    assert say(FLOOR, [row(100), missing], seconds=1) == 1
    assert "  me/: the site has no such address\n" in capsys.readouterr().out


def test_what_is_posted_has_another_number_each_time():
    request = Request("/", body={"email": f"a-{NUMBER}@example.org", "days": ["1", "2"]})

    assert request.typed("7") == "email=a-7%40example.org&days=1&days=2"
    assert NUMBER in request.typed()
    assert Request("/").typed() == ""


@pytest.mark.django_db
def test_rows_that_were_not_made_are_told():
    made = Made(Workshop.objects.all(), requests=2)
    WorkshopFactory.create_batch(3)

    # Of 22 requests half make a row, and up to eight were under way at the end.
    assert made.trouble(0, Run(22, 1, median=1, p95=1)) == []
    assert made.trouble(0, Run(24, 1, median=1, p95=1)) == [
        "24 requests made only 3 rows of Workshop"
    ]


def test_row_without_an_answer_is_driven_for_longer():
    bench, driven = Bench(Server(port=0, process=os.getpid()), None, seconds=1), []

    def drive(seconds):
        driven.append(seconds)
        return Run(requests=3 if seconds > 1 else 0, seconds=seconds, median=1, p95=1)

    late = bench.under_load("late", drive)
    never = bench.under_load("never", lambda seconds: Run(0, seconds, median=0, p95=0))

    assert driven == [1, 5]
    assert late.trouble == []
    assert never.trouble == ["no request was answered"]


def test_floor_starts_without_the_sites_apps():
    start = "import workshop.wsgi; from django.urls import resolve; print(resolve('/floor').func)"

    started = subprocess.run(
        [sys.executable, "-c", start],
        cwd=settings.BASE_DIR,
        env=os.environ
        | {"DJANGO_SETTINGS_MODULE": "tools.bench.floor_settings", "BENCH_STATIC_ROOT": "static"},
        capture_output=True,
        text=True,
    )

    assert "function floor" in started.stdout, started.stderr


@pytest.mark.django_db
def test_floor_is_one_query(rf, django_assert_num_queries):
    with django_assert_num_queries(1):
        answer = floor(rf.get("/floor"))

    assert answer.content == b"contenttype"


@pytest.mark.parametrize(
    ("url", "other"),
    [
        ("postgres://a:b@db.example.org:5432/site", "postgres://a:b@db.example.org:5432/other"),
        ("postgres://a:b@:5432/%2Ftmp%2Fa%20b/site", "postgres://a:b@:5432/%2Ftmp%2Fa%20b/other"),
        ("postgres://db/site?sslmode=require", "postgres://db/other?sslmode=require"),
    ],
)
def test_own_database_lies_beside_the_sites(url, other):
    assert beside(url, "other") == other


def test_address_of_a_socket_is_quoted():
    parameters = {"host": "/with blank", "port": 5432, "user": "me", "password": "a/b@c"}

    url = url_of(parameters, "name")

    found = Env.db_url_config(url)
    assert (found["HOST"], found["PASSWORD"], found["NAME"]) == ("/with blank", "a/b@c", "name")


def test_missing_load_generator_is_told_with_the_way_to_install_it(monkeypatch, tmp_path):
    monkeypatch.setenv("PATH", str(tmp_path))

    assert load.missing_wrk().endswith("apt-get install wrk")


@pytest.mark.django_db
def test_world_has_the_size_that_the_figures_are_for(client):
    world = build(hosts=8)

    workshop = world.workshop
    client.cookies["sessionid"] = world.member
    page = client.get(f"{workshop.get_absolute_url()}agenda/")

    assert workshop.sessions.count() == SESSIONS == 60
    assert workshop.participants.confirmed().count() == PARTICIPANTS == 500
    tables = [table for session in workshop.sessions.exclude(cafe=None)
              for table in session.cafe.tables.all()]  # fmt: skip
    assert len(tables) == TABLES == 24
    assert len({table.pk for _cookie, table in world.hosts}) == 8
    assert not any(table.reservations.exists() for _cookie, table in world.hosts)
    assert page.context["user"].is_authenticated


@pytest.mark.django_db
def test_every_row_asks_for_something_and_gets_the_right_answer():
    world = build(hosts=8)
    rows = {name: request for name, request, _more in pages(world)}
    rows["reserve"], rows["release"] = hosts_of(world)[0]

    answers = {name: here(request)[0] for name, request in rows.items()}

    assert answers == {name: request.right for name, request in rows.items()}
