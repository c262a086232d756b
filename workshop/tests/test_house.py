"""The sizes that keep the house easy to read; the arrows are `lint-imports`' to hold."""

import ast
import re
from pathlib import Path

import pytest
from django.conf import settings

FLOORS = ["foundation", "registration", "agenda", "worldcafe", "workshop", "tools"]
LONGEST_FILE = {"code": 300, "tests": 500}
LONGEST_FUNCTION = 40


def sources() -> list[Path]:
    return [
        path
        for floor in FLOORS
        for path in (Path(settings.BASE_DIR) / floor).rglob("*.py")
        if "migrations" not in path.parts
    ]


def of_code() -> list[Path]:
    return [path for path in sources() if "tests" not in path.parts]


def long_functions(source: str) -> list[str]:
    return [
        node.name
        for node in ast.walk(ast.parse(source))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno - node.lineno >= LONGEST_FUNCTION
    ]


@pytest.mark.parametrize("kind", LONGEST_FILE)
def test_file_is_read_at_one_sitting(kind):
    paths = [path for path in sources() if ("tests" in path.parts) == (kind == "tests")]

    too_long = {
        str(path): length
        for path in paths
        if (length := len(path.read_text().splitlines())) > LONGEST_FILE[kind]
    }

    assert not too_long


def test_function_does_one_thing():
    too_long = {
        str(path): names for path in of_code() if (names := long_functions(path.read_text()))
    }

    assert not too_long


def test_long_function_is_found():
    body = "    pass\n" * LONGEST_FUNCTION

    assert long_functions(f"def short():\n    pass\ndef long():\n{body}") == ["long"]


def test_viewer_is_made_in_one_place():
    """Whoever needs one asks `Viewer.of`, `of_participant` or `nobody`, which hold the gate."""
    making = [
        path.relative_to(settings.BASE_DIR).as_posix()
        for path in of_code()
        if re.search(r"\bViewer\(|\bclass \w+\(Viewer\b", path.read_text())
    ]

    assert making == []


def test_html_is_written_in_templates():
    """One reviewed place marks a text as safe: what nh3 has just cleaned."""
    marking = [
        path.relative_to(settings.BASE_DIR).as_posix()
        for path in of_code()
        if "mark_safe" in path.read_text()
    ]

    assert marking == ["foundation/core/markup.py"]
