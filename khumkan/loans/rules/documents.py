"""Which files an employer may send with an application: told by their content, never by their names."""

from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_

#: How the content of each kind of file begins, and the media type under which it is kept.
BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
)
ENDINGS = {"application/pdf": ".pdf", "image/jpeg": ".jpg", "image/png": ".png"}
MEGABYTE = 1024 * 1024
LONGEST_NAME = 200


def type_of(content: bytes) -> str:
    """Return the media type of a content, empty when it is none that is taken."""
    return next((kind for beginning, kind in BEGINNINGS if content.startswith(beginning)), "")


def may_take(content: bytes, *, megabytes: int, there: int, most: int) -> Verdict:
    """Say whether one more file can be taken.

    :param megabytes: of one file, at most.
    :param there: files that the application has, `most` that it may have.
    """
    if there >= most:
        return Verdict.no(
            Reason("documents_many", N_("An application has %(most)d documents at most."), {"most": most})
        )
    if not content:
        return Verdict.no(Reason("document_empty", N_("The file is empty.")))
    if len(content) > megabytes * MEGABYTE:
        return Verdict.no(
            Reason("document_large", N_("The file is too large: at most %(most)d megabytes."), {"most": megabytes})
        )
    if not type_of(content):
        return Verdict.no(Reason("document_kind", N_("Please send a PDF, or a picture in JPEG or PNG.")))
    return Verdict.yes()


def safe_name(name: str, media_type: str) -> str:
    """Return a name under which a file can be kept and handed out: no path, no control characters, the right ending."""
    base = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(each for each in base if each.isprintable() and each not in '<>:"|?*;').strip(" .") or "document"
    ending = ENDINGS[media_type]
    stem = clean.rsplit(".", 1)[0] if "." in clean else clean
    return f"{stem[: LONGEST_NAME - len(ending)] or 'document'}{ending}"
