"""The copy of the project that is mutated: the files git knows, and mutmut's settings."""

import json
import shutil
import subprocess
from pathlib import Path

from tools.mutation import plan
from tools.mutation.rewriting import rewritten

SOURCES = ["foundation", "registration", "agenda", "worldcafe", "workshop", "tools"]


def copy(project: Path, folder: Path, mutated: list[str]) -> None:
    """Make `folder` anew: the project as it stands, ready for mutmut to change `mutated`."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in _names(project):
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(project / name, target)
    for name in mutated:
        (folder / name).write_text(rewritten((folder / name).read_text()))
    with (folder / "pyproject.toml").open("a") as pyproject:
        pyproject.write(settings(mutated, sorted(path.name for path in folder.iterdir())))


def settings(mutated: list[str], top: list[str]) -> str:
    """Return mutmut's settings; `top`: what lies in the copy's own folder."""
    values = {
        "source_paths": SOURCES,
        "only_mutate": mutated,
        "also_copy": [name for name in top if name not in SOURCES],
        "pytest_add_cli_args": [
            "--reuse-db",
            "--ignore-glob=*/test_races.py",
            # Those with made-up examples refuse to be run again and again in one process.
            "-m",
            "not browser and not hypothesis",
            "-k",
            "not at_once and not without_the_lock",
        ],
        "pytest_add_cli_args_test_selection": plan.tests(mutated),
        # Seconds, times what the tests take; most of it is for a busy machine.
        "timeout_constant": 10.0,
        "timeout_multiplier": 5.0,
        "use_git_change_detection": False,
    }
    lines = [f"{name} = {json.dumps(value)}" for name, value in values.items()]
    return "\n".join(["", "[tool.mutmut]", *lines, ""])


def _names(project: Path) -> list[str]:
    """The project's files, those not committed yet too; what git ignores is left out."""
    told = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607
        cwd=project,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return [name for name in told.split("\0") if name and (project / name).is_file()]
