"""Form fields that take a file and give back one of ours."""

from typing import Any, ClassVar

from django import forms
from django.core.files.base import File
from django.core.files.uploadedfile import SimpleUploadedFile

from foundation.core.uploads.limits import FILE_MAX_BYTES, SENTENCES, refusal
from foundation.core.uploads.reading import read_apart
from foundation.core.uploads.storage import CONTENT_TYPES, display_name, random_name


class CleanUpload(SimpleUploadedFile):
    """A file written anew: `name` is random, `display_name` is the person's own, made safe."""

    def __init__(self, file_name: str, suffix: str, content: bytes):
        super().__init__(random_name(suffix), content, CONTENT_TYPES[suffix])
        self.display_name = display_name(file_name, suffix)


class UploadField(forms.FileField):
    """Take a file of one kind; what it is, its content says."""

    kind: ClassVar[str]
    accept: ClassVar[str]
    default_error_messages = {"empty": SENTENCES["empty"]}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Let the browser offer what we take. A telephone then turns its pictures into JPEG."""
        return {**super().widget_attrs(widget), "accept": self.accept}

    def to_python(self, data: Any) -> CleanUpload | None:
        """Return the file written anew.

        Raises: the codes of `limits.SENTENCES`.
        """
        upload = super().to_python(data)
        return None if upload is None else self._rewritten(upload)

    def _rewritten(self, upload: "File[bytes]") -> CleanUpload:
        upload.seek(0)
        content = upload.read(FILE_MAX_BYTES + 1)
        if len(content) > FILE_MAX_BYTES:
            raise refusal(self.kind)
        return CleanUpload(upload.name or "", *read_apart(self.kind, content))


class PictureField(UploadField):
    """Take a picture in JPEG, PNG or WebP format; give a JPEG or PNG."""

    kind = "picture"
    accept = "image/jpeg,image/png,image/webp"


class DocumentField(UploadField):
    """Take a PDF, Word, Excel or PowerPoint document; give one of the same kind."""

    kind = "document"
    accept = ".pdf,.docx,.xlsx,.pptx"
