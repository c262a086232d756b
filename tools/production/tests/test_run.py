"""What the run for real stands on: forms as a browser sends them, and a sentence where it can't."""

import os
import subprocess
import sys

from django.conf import settings

from tools.production.forms import FormReader
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
    assert "This needs Debian's redis-server nginx-light pgbouncer openssl" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == []
