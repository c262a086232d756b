"""Security headers by the published rules of Mozilla's HTTP Observatory.

Source: https://developer.mozilla.org/en-US/observatory/docs/tests_and_scoring, with the points of
src/grader/charts.js in https://github.com/mdn/mdn-http-observatory (commit 94042bb, August 2026).
From 100 points on a site is graded A+. What counts here is stricter: every rule at its best.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from email.message import Message

HSTS_AT_LEAST = 15_768_000  # seconds; the rules take 15,552,000 as half a year as well
FOR_EXTRA_POINTS = 90
PRIVATE = {"no-referrer", "same-origin", "strict-origin", "strict-origin-when-cross-origin"}
BROAD = {"*", "http:", "https:", "ftp:", "data:", "'unsafe-inline'", "'unsafe-eval'"}


@dataclass(frozen=True)
class Rule:
    """One rule: the extra points where it is met at its best, the worst loss where it isn't."""

    name: str
    extra: int
    loss: int
    is_met: bool


def rules_for(headers: Message, cookies: Iterable[str], plain_leads_to: str) -> list[Rule]:
    """Return the rules for one page.

    cookies: every Set-Cookie line of the site. plain_leads_to: where its http:// address leads.
    """
    policy = _policy_of(headers)
    age = re.search(r"max-age=(\d+)", headers.get("Strict-Transport-Security", ""))
    framed = policy.get("frame-ancestors", ["*"])
    return [
        Rule("Content-Security-Policy", 10, -25, _is_strict(policy)),
        Rule("cookies Secure, HttpOnly, SameSite", 5, -40, all(map(_is_kept_apart, cookies))),
        Rule("http:// leads to https://", 0, -20, plain_leads_to.startswith("https://")),
        Rule("Referrer-Policy", 5, -5, headers.get("Referrer-Policy", "") in PRIVATE),
        Rule("Strict-Transport-Security", 0, -20, bool(age and int(age[1]) >= HSTS_AT_LEAST)),
        Rule("X-Content-Type-Options", 0, -5, headers.get("X-Content-Type-Options") == "nosniff"),
        Rule("frame-ancestors", 5, -20, not BROAD.intersection(framed)),
        Rule("Cross-Origin-Opener-Policy", 10, -5,
             headers.get("Cross-Origin-Opener-Policy") == "same-origin"),
        Rule("no Access-Control-Allow-Origin", 0, -50,
             "Access-Control-Allow-Origin" not in headers),
    ]  # fmt: skip


def score_of(rules: Iterable[Rule]) -> int:
    """Return the points: extra ones count only for whoever has nearly all others."""
    rules = list(rules)
    points = 100 + sum(rule.loss for rule in rules if not rule.is_met)
    extra = sum(rule.extra for rule in rules if rule.is_met)
    return max(0, points + (extra if points >= FOR_EXTRA_POINTS else 0))


def _policy_of(headers: Message) -> dict[str, list[str]]:
    parts = (part.split() for part in headers.get("Content-Security-Policy", "").split(";"))
    return {name: values for name, *values in filter(None, parts)}


def _is_strict(policy: dict[str, list[str]]) -> bool:
    """Nothing by default, no form to elsewhere, no script or style but those that are meant."""
    ran = policy.get("script-src", []) + policy.get("style-src", []) + policy.get("object-src", [])
    is_sent_on = BROAD.intersection(policy.get("form-action", ["*"]))
    return policy.get("default-src") == ["'none'"] and not BROAD.intersection(ran) | is_sent_on


def _is_kept_apart(cookie: str) -> bool:
    said = {part.strip().lower() for part in cookie.split(";")[1:]}
    return {"secure", "httponly"} <= said and bool({"samesite=lax", "samesite=strict"} & said)
