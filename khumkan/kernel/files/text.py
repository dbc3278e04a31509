"""What kind of text a file is: its encoding, its separator, its line ends, found in one pass over the bytes."""

import codecs
import hashlib
from collections import Counter
from dataclasses import dataclass
from typing import BinaryIO

from khumkan.kernel.errors import Refused
from khumkan.kernel.files.limits import Limits
from khumkan.kernel.words import N_

BLOCK = 1024 * 1024
SEPARATORS = ",;\t|"
UTF8_MARK = codecs.BOM_UTF8
OTHER_MARKS = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
#: The heading must end within the first block.
HEADING_BYTES = 64 * 1024


@dataclass(frozen=True, slots=True)
class TextForm:
    """How to read a file of text.

    :param encoding: `utf-8` or `cp874`, the Windows form of TIS-620.
    :param start: bytes to skip at the beginning (the byte-order mark).
    :param separator: of columns; empty for fixed-width text.
    :param size: of the file in bytes; `lines` are its line ends; `digest` is its SHA-256.
    """

    encoding: str
    start: int
    separator: str
    newline: bytes
    size: int
    lines: int
    digest: bytes

    def __str__(self) -> str:
        shown = {"\t": "tab", "": "fixed"}.get(self.separator, self.separator)
        return f"{'TIS-620' if self.encoding == 'cp874' else 'UTF-8'} {shown}"


def examine(file: BinaryIO, *, limits: Limits) -> TextForm:
    """Read a file once and say how its text is to be read. The file is left at its beginning.

    :raises Refused: for an empty or too large file, one that is no text, or text in another encoding.
    """
    file.seek(0)
    digest, size, head, line_feeds, returns = hashlib.sha256(), 0, b"", 0, 0
    utf8, is_utf8 = codecs.getincrementaldecoder("utf-8")(), True
    while block := file.read(BLOCK):
        if size == 0:
            head = _checked_head(block)
        size += len(block)
        _check_size(size, limits)
        _check_text(block)
        line_feeds += block.count(b"\n")
        returns += block.count(b"\r")
        digest.update(block)
        is_utf8 = is_utf8 and _decodes(utf8, block)
    if not size:
        raise Refused(N_("The file is empty."), "file_empty")
    if is_utf8 and not _decodes(utf8, b"", final=True):
        is_utf8 = False
    file.seek(0)
    start = len(UTF8_MARK) if head.startswith(UTF8_MARK) else 0
    encoding = "utf-8" if is_utf8 else "cp874"
    if not is_utf8:
        _check_thai(file, start)
    newline = b"\n" if line_feeds else b"\r"
    heading = head[start:].split(newline, 1)[0].decode(encoding, "replace")
    return TextForm(encoding, start, separator_of(heading), newline, size, line_feeds or returns, digest.digest())


def separator_of(heading: str) -> str:
    """Return the character that separates the columns of a heading.

    The most frequent candidate outside quotation marks.
    """
    outside = "".join(heading.split('"')[::2])
    counts = Counter(character for character in outside if character in SEPARATORS)
    return counts.most_common(1)[0][0] if counts else ","


def _checked_head(block: bytes) -> bytes:
    if block.startswith(OTHER_MARKS):
        raise _unknown_encoding()
    if block.startswith(b"PK\x03\x04"):
        raise Refused(
            N_("This is a spreadsheet, not a CSV file. Save it as “CSV UTF-8” and send that."), "file_not_csv"
        )
    return block[:HEADING_BYTES]


def _check_size(size: int, limits: Limits) -> None:
    if size > limits.file_bytes:
        most = limits.file_bytes // (1024 * 1024)
        raise Refused(N_("The file is too large: at most %(most)d megabytes."), "file_too_large", most=most)


def _check_text(block: bytes) -> None:
    if b"\x00" in block:
        raise Refused(N_("This is not a file of text. Save the table as “CSV UTF-8” and send that."), "file_not_text")


def _decodes(decoder: codecs.IncrementalDecoder, block: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(block, final)
    except UnicodeDecodeError:
        return False
    return True


def _check_thai(file: BinaryIO, start: int) -> None:
    file.seek(start)
    decoder = codecs.getincrementaldecoder("cp874")()
    while block := file.read(BLOCK):
        if not _decodes(decoder, block):
            raise _unknown_encoding()
    file.seek(0)


def _unknown_encoding() -> Refused:
    return Refused(
        N_("The Thai letters of this file cannot be read. Save it as “CSV UTF-8”; TIS-620 is understood too."),
        "file_encoding",
    )
