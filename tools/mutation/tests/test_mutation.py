"""What is mutated: actions without their decorator, files that exist, figures that add up."""

import tomllib

import pytest
from django.conf import settings

from tools.mutation import plan
from tools.mutation.copying import copy
from tools.mutation.copying import settings as mutmut_settings
from tools.mutation.rewriting import rewritten
from tools.mutation.score import percent, score

ACTION = """\
@transaction.atomic
def give(*, seat: int) -> int:
    return seat


def other() -> None: ...
"""
PLAIN = """\
def give(*, seat: int) -> int:
    return seat
give = transaction.atomic(give)

def other() -> None:
    ...
"""


def test_action_is_made_atomic_after_its_end():
    assert rewritten(ACTION) == PLAIN


def test_every_action_of_a_file_is_rewritten():
    second = ACTION.replace("give", "take")

    assert rewritten(f"{ACTION}\n\n{second}").count("= transaction.atomic(") == 2


@pytest.mark.parametrize(
    "source",
    [
        "@cache\ndef give() -> None: ...\n",
        "@cache\n@transaction.atomic\ndef give() -> None: ...\n",
        "@transaction.atomic(durable=True)\ndef give() -> None: ...\n",
        "class Line:\n    @transaction.atomic\n    def give(self) -> None: ...\n",
    ],
)
def test_any_other_decorator_stays(source):
    assert "transaction.atomic(give)" not in rewritten(source)
    assert rewritten(source).count("@") == source.count("@")


def test_words_of_a_sentence_are_no_rule():
    source = 'def no():\n    raise Refused("full", _("All seats are taken."))\n'

    assert rewritten(f"from __future__ import annotations\n{source}") == (
        "from __future__ import annotations\nWORDS_0 = 'All seats are taken.'\n\n"
        "def no():\n    raise Refused('full', _(WORDS_0))\n"
    )


@pytest.mark.parametrize("path", plan.files([]) + plan.tests(plan.files([])))
def test_plan_names_what_there_is(path):
    assert (settings.BASE_DIR / path).exists()


def test_every_action_of_registration_is_in_the_plan():
    actions = (settings.BASE_DIR / "registration" / "actions").glob("[!_]*.py")

    assert {f"registration/actions/{path.name}" for path in actions} <= set(plan.files([]))


def test_part_of_the_plan_brings_its_own_tests():
    mutated = plan.files(["agenda/access.py"])

    assert mutated == ["agenda/access.py"]
    assert plan.tests(mutated) == plan.TESTS["agenda"]


def test_copy_holds_what_git_knows_and_the_settings(tmp_path):
    copy(settings.BASE_DIR, tmp_path / "copy", ["foundation/offers/actions.py"])

    told = tomllib.loads((tmp_path / "copy" / "pyproject.toml").read_text())["tool"]["mutmut"]
    assert told["only_mutate"] == ["foundation/offers/actions.py"]
    assert {"templates", "conftest.py", "manage.py"} <= set(told["also_copy"])
    assert not (tmp_path / "copy" / "var").exists()
    rewritten = (tmp_path / "copy" / "foundation" / "offers" / "actions.py").read_text()
    assert "expire = transaction.atomic(expire)" in rewritten


def test_settings_are_toml():
    told = tomllib.loads(mutmut_settings(["registration/status.py"], ["docs", "agenda"]))

    assert told["tool"]["mutmut"]["also_copy"] == ["docs"]


def test_mutant_without_a_test_survives_and_one_without_a_result_is_not_killed():
    row = score("status.py", {"a": 1, "b": 0, "c": 33, "d": None})

    assert (row.mutants, row.killed, row.unchecked) == (4, 1, 1)
    assert row.survivors == ["b", "c"]
    assert percent([row]) == 25


def test_nothing_measured_is_not_enough():
    assert percent([]) == 0
