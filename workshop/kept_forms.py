"""What somebody typed into a form, and sent after their session had ended: kept for an hour.

It is kept in the browser's session, for whoever was signed in there last, and shown once they have
signed in again. Nothing is saved until they press the button: the form is then sent as it was.
"""

from dataclasses import asdict, dataclass

from django.conf import settings
from django.http import HttpRequest, QueryDict
from django.http.response import HttpResponseBase
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from foundation.core import clock

KEPT = "kept-form"
# Who was signed in last, so that nobody else at the same machine reads what they typed.
WHOSE = "whose"
WHOSE_KEPT_DAYS = 60
MOST = 60_000  # characters of a form, as it is sent
NEVER_KEPT = {"csrfmiddlewaretoken"}
NO_TEXT = {"opened_with"}
LONG = 20  # characters: shorter texts without a blank are choices and dates


@dataclass(frozen=True)
class KeptForm:
    """path: where it was sent. before: the page that it was on. form: as the browser sent it."""

    path: str
    before: str
    form: str
    whose: str
    at: float

    @property
    def fields(self) -> list[tuple[str, str]]:
        """Every name with every value."""
        typed = QueryDict(self.form)
        return [(name, value) for name, values in typed.lists() for value in values]

    @property
    def texts(self) -> list[str]:
        """What was typed, without choices and dates."""
        return [
            value
            for name, value in self.fields
            if not name.endswith(tuple(NO_TEXT)) and (len(value) > LONG or " " in value.strip())
        ]


def keep(request: HttpRequest, before: str) -> bool:
    """Keep a form that nobody signed in has sent; return whether there was text to be kept.

    Too large a one is not kept, nor one with a file, nor one from a browser where nobody was
    signed in.
    """
    sent = request.POST.copy()
    for name in NEVER_KEPT:
        sent.pop(name, None)
    kept = KeptForm(
        path=request.get_full_path(),
        before=before,
        form=sent.urlencode(),
        whose=request.COOKIES.get(WHOSE, ""),
        at=timezone.now().timestamp(),
    )
    if not kept.whose or request.FILES or len(kept.form) > MOST or not kept.texts:
        return False
    request.session[KEPT] = asdict(kept)
    request.session.set_expiry(clock.GRACE)
    return True


def kept_for(request: HttpRequest) -> KeptForm | None:
    """Return what the reader sent within the last hour; what is older or another's is forgotten."""
    found = request.session.get(KEPT)
    if found is None:
        return None
    kept = KeptForm(**found)
    is_theirs = constant_time_compare(kept.whose, mark_of(request))
    if is_theirs and kept.at > (timezone.now() - clock.GRACE).timestamp():
        return kept
    forget(request)
    return None


def forget(request: HttpRequest) -> None:
    request.session.pop(KEPT, None)


def mark_of(request: HttpRequest) -> str:
    """Return what tells the user from others, and nothing else."""
    return salted_hmac("workshop.kept_forms", str(request.user.pk)).hexdigest()[:20]


def remember_whose(request: HttpRequest, response: HttpResponseBase) -> None:
    """Let the browser know who was signed in last, longer than the session lasts."""
    mark = mark_of(request)
    if request.COOKIES.get(WHOSE) != mark:
        response.set_cookie(
            WHOSE,
            mark,
            max_age=WHOSE_KEPT_DAYS * 24 * 3600,
            secure=settings.SESSION_COOKIE_SECURE,
            httponly=True,
            samesite="Lax",
        )
