"""Cutting a file into pieces of whole rows, and having them worked on side by side."""

import csv
import gc
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import Future, ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from typing import BinaryIO

from khumkan.kernel.errors import Refused
from khumkan.kernel.files.text import TextForm
from khumkan.kernel.words import N_

PIECE_BYTES = 512 * 1024
#: Pieces handed out before the first must be back: bounds the memory, and gives the processes work while the database
#: is busy with the pieces before.
PIECES_AHEAD = 48
#: Below this size starting processes takes longer than it saves.
SMALL_BYTES = 2 * 1024 * 1024
PROCESSES = 2
LONGEST_ROW = 256 * 1024


@dataclass(frozen=True, slots=True)
class Piece:
    """Some whole rows of a file.

    :param first_row: the number of its first row as a spreadsheet shows it.
    """

    data: bytes
    first_row: int
    form: TextForm

    def table(self) -> tuple[Sequence[int], list[list[str]]]:
        """Return row numbers and rows of cells; blank rows are counted, and left out.

        :raises Refused: where a quotation mark is not closed.
        """
        if b'"' in self.data:
            numbered = list(self.rows())
            return [number for number, _ in numbered], [row for _, row in numbered]
        separator = self.form.separator
        lines = self.data.decode(self.form.encoding).removesuffix("\n").split("\n")
        numbers: Sequence[int] = range(self.first_row, self.first_row + len(lines))
        if "" in lines or any(line.strip(separator) == "" for line in lines):
            kept = [(number, line) for number, line in zip(numbers, lines, strict=True) if line.strip(separator)]
            numbers, lines = [number for number, _ in kept], [line for _, line in kept]
        return numbers, [line.split(separator) for line in lines]

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield row numbers and cells; blank rows are counted, and left out.

        :raises Refused: where a quotation mark is not closed.
        """
        lines = self.data.decode(self.form.encoding).split("\n")
        reader = csv.reader((f"{line}\n" for line in lines), delimiter=self.form.separator, strict=True)
        number = self.first_row
        try:
            for number, row in enumerate(reader, start=self.first_row):
                if row and any(row):
                    yield number, row
        except csv.Error as error:
            raise unreadable(number) from error


def pieces(file: BinaryIO, form: TextForm, *, size: int = 0) -> Iterator[Piece]:
    """Yield the file in pieces of about this many bytes, each ending with a row; line ends become LF.

    :raises Refused: where a row is endless, which is how an unclosed quotation mark looks.
    """
    file.seek(form.start)
    rest, next_row = b"", 1
    while block := file.read(size or PIECE_BYTES):
        rest += block
        cut = _last_row_end(rest, form.newline)
        if cut == 0 and len(rest) > LONGEST_ROW:
            raise unreadable(next_row)
        if cut:
            piece = Piece(_with_line_feeds(rest[:cut], form.newline), next_row, form)
            next_row += _count_rows(piece)
            rest = rest[cut:]
            yield piece
    if rest:
        yield Piece(_with_line_feeds(rest, form.newline), next_row, form)


def work_through(
    parts: Iterator[Piece], work: Callable[[Piece], bytes], *, total_bytes: int
) -> Iterator[tuple[Piece, bytes]]:
    """Yield each piece with what became of it, in order; by other processes when the file is large enough."""
    if total_bytes < SMALL_BYTES:
        yield from ((piece, work(piece)) for piece in parts)
        return
    waiting: deque[tuple[Piece, Future[bytes]]] = deque()
    # The work makes lists and no cycles, so looking for cycles is wasted time.
    with ProcessPoolExecutor(PROCESSES, mp_context=get_context("spawn"), initializer=gc.disable) as pool:
        try:
            for piece in parts:
                waiting.append((piece, pool.submit(work, piece)))
                if len(waiting) > PIECES_AHEAD:
                    done, future = waiting.popleft()
                    yield done, future.result()
            while waiting:
                done, future = waiting.popleft()
                yield done, future.result()
        finally:
            pool.shutdown(cancel_futures=True)


def unreadable(row: int) -> Refused:
    """Return the refusal of a file whose rows cannot be told apart."""
    return Refused(
        N_("The file cannot be read from row %(row)d on: a quotation mark is opened and not closed."),
        "file_quotes",
        row=row,
    )


def _last_row_end(data: bytes, newline: bytes) -> int:
    """Return the end of the last whole row: the last line end that is not within quotation marks."""
    end = data.rfind(newline) + 1
    while end and data.count(b'"', 0, end) % 2:
        end = data.rfind(newline, 0, end - 1) + 1
    return end


def _with_line_feeds(data: bytes, newline: bytes) -> bytes:
    if newline == b"\r":
        return data.replace(b"\r", b"\n")
    return data.replace(b"\r\n", b"\n") if b"\r" in data else data


def _count_rows(piece: Piece) -> int:
    if b'"' not in piece.data:
        return piece.data.count(b"\n")
    lines: Sequence[str] = piece.data.decode(piece.form.encoding).removesuffix("\n").split("\n")
    try:
        return sum(1 for _ in csv.reader((f"{line}\n" for line in lines), delimiter=piece.form.separator, strict=True))
    except csv.Error as error:
        raise unreadable(piece.first_row) from error
