"""The rules of the HTTP Observatory, as the run for real asks them of every page."""

from email.message import Message

import pytest

from tools.production.headers import rules_for, score_of

GOOD = {
    "Content-Security-Policy": (
        "default-src 'none'; form-action 'self'; frame-ancestors 'none'; "
        "script-src 'self' 'nonce-abc'; style-src 'self'; img-src 'self' data:"
    ),
    "Cross-Origin-Opener-Policy": "same-origin",
    "Referrer-Policy": "same-origin",
    "Strict-Transport-Security": "max-age=31536000; includeSubDomains",
    "X-Content-Type-Options": "nosniff",
}
COOKIE = "sessionid=abc; HttpOnly; Path=/; SameSite=Lax; Secure"


def rules(cookie=COOKIE, leads_to="https://workshop.example.org/", **changed):
    headers = Message()
    for name, value in (
        GOOD | {name.replace("_", "-"): text for name, text in changed.items()}
    ).items():
        headers[name] = value
    return rules_for(headers, [cookie], leads_to)


def unmet(**changed):
    return [rule.name for rule in rules(**changed) if not rule.is_met]


def test_site_with_all_of_it_is_graded_a_plus():
    assert unmet() == []
    assert score_of(rules()) == 135


@pytest.mark.parametrize(
    "policy",
    [
        "",
        "default-src 'self'; form-action 'self'; frame-ancestors 'none'",
        "default-src 'none'; frame-ancestors 'none'",
        "default-src 'none'; form-action *; frame-ancestors 'none'",
        "default-src 'none'; form-action 'self'; script-src 'unsafe-inline'",
        "default-src 'none'; form-action 'self'; style-src https:",
    ],
)
def test_loose_policy_is_noticed(policy):
    assert "Content-Security-Policy" in unmet(Content_Security_Policy=policy)


@pytest.mark.parametrize(
    ("name", "changed"),
    [
        ("frame-ancestors", {"Content_Security_Policy": "default-src 'none'; form-action 'self'"}),
        ("Referrer-Policy", {"Referrer_Policy": "unsafe-url"}),
        ("Strict-Transport-Security", {"Strict_Transport_Security": "max-age=15767999"}),
        ("X-Content-Type-Options", {"X_Content_Type_Options": ""}),
        ("Cross-Origin-Opener-Policy", {"Cross_Origin_Opener_Policy": "unsafe-none"}),
        ("no Access-Control-Allow-Origin", {"Access_Control_Allow_Origin": "*"}),
        ("http:// leads to https://", {"leads_to": "http://workshop.example.org/"}),
    ],
)
def test_each_rule_is_noticed_alone(name, changed):
    assert unmet(**changed) == [name]


@pytest.mark.parametrize("part", ["HttpOnly; ", "SameSite=Lax; ", "; Secure"])
def test_cookie_without_one_of_its_marks_is_noticed(part):
    assert unmet(cookie=COOKIE.replace(part, "")) == ["cookies Secure, HttpOnly, SameSite"]


def test_extra_points_count_for_good_sites_alone():
    bare = rules(Content_Security_Policy="")

    assert score_of(bare) == 100 - 25 - 20
