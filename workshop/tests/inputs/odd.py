"""What nobody's browser sends: queries, fields, bodies and headers, odd in every way we know of."""

from random import Random
from urllib.parse import quote_plus

MARKS = "a" + "\u0300\u0327\u0323" * 20_000
VALUES = [
    "",
    " ",
    "\x00",
    "a\x00b",
    "-1",
    "0",
    "1e400",
    "NaN",
    "2147483648",
    "9" * 20,
    "9" * 5000,
    "XX",
    "\u0661\u0662",
    "²",
    "0001-01-01",
    "9999-12-31",
    "01/01/0001",
    "31/12/9999",
    "00:00",
    "24:00",
    "[]",
    "{}",
    "'\"<b>",
    "%s%n{0}",
    "__all__",
    "\ud7ff\ufdd0",
    "\udcff",
    "\u202e\u3164",
    "ﬁ ＡＢ @x",
    "a@x\u200b.org",
    '"<1>"@example.org',
    "x" * 70_000,
    MARKS,
]
NUMBERS = ["", "-1", "x", "1.5", "2147483648", "9" * 30, "1001", "²", "\x00"]
KEYS = [
    *("q", "p", "o", "e", "day", "next", "all", "workshop", "page", "id__in", "pk__exact"),
    *("_facets", "_popup", "_to_field", "_changelist_filters", "user__password__startswith"),
    *("at__year", "at__month", "at__day", "term", "app_label", "model_name", "field_name"),
]
METHODS = [
    "get",
    "get",
    "post",
    "post",
    "post",
    "post",
    "head",
    "options",
    "put",
    "delete",
    "patch",
]
MULTIPART = "multipart/form-data"
FORM = "application/x-www-form-urlencoded"
TYPES = [
    f"{FORM}; charset=rot13",
    f"{FORM}; charset=latin-1",
    f"{FORM}; charset=utf-16",
    f"{FORM}; charset=nothing",
    f"{FORM}; charset=utf-8",
    f'{FORM}; charset="\x7f"',
    MULTIPART,
    f"{MULTIPART}; boundary=",
    f"{MULTIPART}; boundary=x; charset=utf-16",
    f"{MULTIPART}; boundary={'x' * 300}",
    f"{MULTIPART}; boundary=é",
    "application/json",
    "text/plain; charset=utf-7",
    "",
    "x",
    "/",
    ";;;=",
]
HEADERS = [
    {"X-Forwarded-For": "203.0.113.5:4711"},
    {"X-Forwarded-For": "[2001:db8::1]:4711"},
    {"X-Forwarded-For": "unknown, \x7f"},
    {"X-Forwarded-For": "fe80::1%eth0"},
    {"X-Request-ID": "\r\nx"},
    {"Referer": "http://["},
    {"Accept-Language": "x" * 5000},
    {"Cookie": "sessionid=\x00; messages=\x7f; csrftoken=é"},
    {"If-Modified-Since": "yesterday"},
    {"Range": "bytes=-1"},
    {"HX-Request": "true", "HX-Current-URL": "http://["},
    {"Content-Length": "-1"},
    {},
]


def query(random: Random) -> dict[str, str]:
    """A few parameters that some page reads, with odd values."""
    return {random.choice(KEYS): random.choice(VALUES) for _n in range(random.randint(0, 2))}


def spoilt(random: Random, fields: dict) -> dict:
    """The fields of a form with some made odd: a count, a date, any."""
    data = {
        name: list(value) if isinstance(value, list) else value for name, value in fields.items()
    }
    counts = [name for name in data if name.endswith("_FORMS")]
    if counts and random.random() < 0.5:
        data[random.choice(counts)] = random.choice(NUMBERS)
    for name in random.sample(sorted(data), min(len(data), random.randint(0, 3))):
        data[name] = random.choice([*VALUES, [random.choice(VALUES)] * 3])
    if data and random.random() < 0.2:
        del data[random.choice(sorted(data))]
    return data


def urlencoded(data: dict) -> bytes:
    pairs = (
        (name, each)
        for name, value in data.items()
        for each in (value if isinstance(value, list) else [value])
    )
    return "&".join(
        f"{quote_plus(name)}={quote_plus(str(each), errors='surrogateescape')}"
        for name, each in pairs
    ).encode()
