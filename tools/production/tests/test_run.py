"""What the run for real stands on: forms as a browser sends them, and a sentence where it can't."""

import os
import subprocess
import sys

import pytest
from django.conf import settings

from tools.production.checks import refuse_secrets_in_logs
from tools.production.forms import FormReader
from tools.production.machine import PROGRAMS, Machine, free_port
from tools.production.visitor import AuthenticatorApp

PAGE = """
<form action="/there/" method="post">
  <input type="hidden" name="csrfmiddlewaretoken" value="abc">
  <input name="email" value="a@example.org"><input name="off" value="1" disabled>
  <input type="checkbox" name="days" value="1" aria-label="Monday" checked>
  <input type="checkbox" name="days" value="2" aria-label="Tuesday">
  <select name="country">
    <option value="">–</option><option value="KH" selected>Cambodia</option>
  </select>
  <textarea name="text">
Two
lines</textarea>
  <button name="go" value="1" formaction="/elsewhere/"><svg></svg> Go <b>on</b></button>
  <input type="submit" name="_save" value="Save">
</form>
<form><button>Search</button></form>
"""


def test_form_is_read_as_a_browser_would_send_it():
    form, search = FormReader(PAGE).forms

    assert (form.action, form.method, search.method) == ("/there/", "post", "get")
    assert form.fields == {
        "csrfmiddlewaretoken": ["abc"],
        "email": ["a@example.org"],
        "days": ["1"],
        "country": ["KH"],
        "text": ["Two\nlines"],
    }
    assert form.values_of("days") == ["1", "2"]
    assert [each.words for each in form.buttons] == ["Go on", "Save"]
    assert form.buttons[0].action == "/elsewhere/"


def test_authenticator_app_shows_what_the_standard_says(monkeypatch):
    """RFC 6238, appendix B, the last six of eight digits."""
    app = AuthenticatorApp("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ")
    monkeypatch.setattr("time.time", lambda: 1111111109)

    assert app.digits() == "081804"
    assert app.digits() == "050471"  # the next one: each is taken once


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """One on which nothing was started, so that it needs none of the servers."""
    monkeypatch.setattr("os.getuid", lambda: 1000)
    return Machine(tmp_path / "machine", "a long secret", free_port())


def test_log_with_a_code_in_it_ends_the_run(machine):
    (machine.folder / "workshop.log").write_text("200 GET /bangkok-2024/register/...\n")
    (machine.folder / "web-1.log").write_text("to whom it may concern: ABCD-EFGH\n")

    assert refuse_secrets_in_logs([machine], {"WXYZ-WXYZ"}) == 2
    with pytest.raises(SystemExit, match=r"is in web-1\.log"):
        refuse_secrets_in_logs([machine], {"ABCD-EFGH"})
    (machine.folder / "web-1.log").write_text(f"connecting with {machine.password}\n")
    with pytest.raises(SystemExit, match=r"is in web-1\.log"):
        refuse_secrets_in_logs([machine], set())


def test_logs_in_which_nobody_registers_are_the_wrong_ones(machine):
    (machine.folder / "workshop.log").write_text("")

    with pytest.raises(SystemExit, match="the right files"):
        refuse_secrets_in_logs([machine], set())


@pytest.mark.parametrize("program", ["web", "worker"])
def test_server_that_ends_at_once_is_told(machine, program):
    machine.ports[program] = free_port()
    machine.start(program, sys.executable, "-c", "")

    with pytest.raises(SystemExit, match=f"{program} ended as soon as it was started"):
        machine.wait_for(program)
    machine.end()


@pytest.mark.parametrize("document", ["README.md", ".ci/run"])
def test_every_package_is_named_where_one_looks(document):
    text = (settings.BASE_DIR / document).read_text()

    assert [each for each in (*PROGRAMS, "postgresql") if each not in text] == []


WITHOUT_SERVERS = """
import sys
from tools.production import __main__, machine
machine.PATH = ""
sys.exit(__main__.main())
"""


def test_missing_servers_are_told_in_a_sentence(tmp_path):
    done = subprocess.run(
        [sys.executable, "-c", WITHOUT_SERVERS],
        cwd=settings.BASE_DIR,
        env=os.environ | {"TMPDIR": str(tmp_path)},
        capture_output=True,
        text=True,
        timeout=60,
    )

    assert done.returncode == 1
    assert "This needs Debian's redis-server nginx pgbouncer openssl" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
