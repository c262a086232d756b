"""Kinds of messages: each names its words, who may read it, and what goes into it.

An app declares its kinds in `messages.py`; the fields of a kind are what its templates may name.
"""

from dataclasses import dataclass, fields
from typing import ClassVar

from django.utils.functional import Promise

from foundation.mail.models import Message, Priority
from foundation.series.roles import Area

KINDS: dict[str, type["Kind"]] = {}


@dataclass(frozen=True, kw_only=True)
class Kind:
    """A kind of message. A subclass with a name is registered under it, once.

    name: `<app>/<name>`, for the templates `<app>/mail/<name>.txt` and `<name>_subject.txt`.
    read_in: the area of staff rights that opens its text. is_secret: it carries a link or code for
    its reader alone; no organiser ever reads it.
    """

    name: ClassVar[str]
    label: ClassVar[str | Promise]
    read_in: ClassVar[Area] = Area.PEOPLE
    is_secret: ClassVar[bool] = False
    priority: ClassVar[Priority] = Priority.NORMAL

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        if "name" in vars(cls):
            if cls.name in KINDS:
                raise TypeError(f"There is a kind of message named {cls.name} already.")
            KINDS[cls.name] = cls

    @classmethod
    def templates(cls) -> tuple[str, str]:
        """Return the templates of the subject and of the text."""
        app, _slash, name = cls.name.partition("/")
        return f"{app}/mail/{name}_subject.txt", f"{app}/mail/{name}.txt"

    @classmethod
    def send_anew(cls, message: Message) -> bool:
        """Write a new message with a fresh secret in place of `message`; whether that was possible.

        Asked of secret kinds alone. Most can't: whoever needs a code asks for one.
        """
        return False

    def context(self) -> dict[str, object]:
        """Return what the templates may name, besides the workshop and where its contacts stand."""
        return {field.name: getattr(self, field.name) for field in fields(self)}
