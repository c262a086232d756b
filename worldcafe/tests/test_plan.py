"""The floor plan holds any number of tables, as they were placed or in rows, and none overlap."""

import re
from itertools import combinations

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from agenda.models import Session
from foundation.series.models import Workshop
from worldcafe.listing import TableShown
from worldcafe.models import Cafe
from worldcafe.plan import plan_of

STROKE = 0.45  # half of the widest edge in the style sheet
SPOT = re.compile(r'class="spot (\w+)".*?translate\(([\d.]+) ([\d.]+)\)"(.*?)</a>', re.DOTALL)
HALF_WIDTH = re.compile(r'\br="([\d.]+)"|<rect class="shape" x="-([\d.]+)"')
TEXTS = re.compile(r"<text( class=\"word\")? y=\"[\d.]+\">(.*?)</text>")
PHONE, THUMB = 358, 44  # pixels: the plan on a phone of 390, and what is easily hit
PLACE = st.tuples(st.integers(0, 100), st.integers(0, 100))


def plan(places):
    """The plan of tables at `places`, one of them the reader's own and some reserved."""
    states = ["free", "mine", *["free", "reserved"] * len(places)]
    tables = [
        TableShown(pk=n, cafe_id=1, number=n + 100, seats=8, x=x, y=y, note="", state=states[n])
        for n, (x, y) in enumerate(places)
    ]
    session = Session(workshop=Workshop(slug="bangkok"), slug="cafe")
    return plan_of(Cafe(session=session), tables)


def boxes(plan):
    """What each table takes on the plan: left, top, right, bottom."""
    found = []
    for _state, x, y, inside in SPOT.findall("".join(plan.spots)):
        half = max(float(r or side) for r, side in HALF_WIDTH.findall(inside)) + STROKE
        x, y = float(x), float(y)
        found.append((x - half, y - half, x + half, y + half))
    return found


def assert_fits(plan, count):
    drawn = boxes(plan)
    assert len(drawn) == count
    for left, top, right, bottom in drawn:
        assert left >= 0
        assert top >= 0
        assert right <= 100
        assert bottom <= float(plan.depth)
    for one, other in combinations(drawn, 2):
        is_beside = one[2] <= other[0] or other[2] <= one[0]
        assert is_beside or one[3] <= other[1] or other[3] <= one[1], (one, other)


@pytest.mark.parametrize("count", range(1, 61))
def test_tables_that_nobody_placed_stand_in_rows(count):
    assert_fits(plan([(50, 50)] * count), count)


@settings(deadline=None, max_examples=60)
@given(st.lists(PLACE, min_size=1, max_size=60))
@example([(n % 5 * 20 + 10, n // 5 * 8 + 4) for n in range(60)])
@example([(20, 50), (20, 52), (80, 50)])
def test_tables_never_overlap_wherever_they_were_placed(places):
    assert_fits(plan(places), len(places))


def test_tables_stand_as_placed_in_a_room_made_deep_enough():
    places = [(across, down) for down in range(10, 100, 20) for across in (10, 30, 50, 70, 90)]

    drawn = plan(places)

    middles = [(float(x), float(y)) for _state, x, y, _in in SPOT.findall("".join(drawn.spots))]
    assert len({x for x, _y in middles}) == 5
    assert len({y for _x, y in middles}) == 5
    assert drawn.is_deep
    assert_fits(drawn, 25)


def test_a_table_is_large_enough_for_a_thumb_and_holds_its_words():
    drawn = plan([(50, 50)] * 60)

    for state, _x, _y, inside in SPOT.findall("".join(drawn.spots)):
        across = 2 * min(float(r or side) for r, side in HALF_WIDTH.findall(inside))
        assert state == "reserved" or across * PHONE / 100 >= THUMB
        for is_word, text in TEXTS.findall(inside):
            assert len(text) * 0.62 * (3.6 if is_word else 4.8) <= across
