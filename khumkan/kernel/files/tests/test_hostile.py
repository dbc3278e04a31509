"""Files made to do harm: each is refused in words, quickly, and nothing dies."""

import io
import os
import random
import struct
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress

import openpyxl
import pytest

from khumkan.kernel.errors import Refused
from khumkan.kernel.files import Limits, read_table, xlsx

#: 100,000 by hand; see `KHUMKAN_HOSTILE_FILES`.
FILES = int(os.environ.get("KHUMKAN_HOSTILE_FILES", "300"))
SMALL = Limits(file_bytes=4 * 2**20, unpacked_bytes=64 * 2**20, rows=10_000, columns=50, seconds=5)
MEGABYTE = 2**20


def workbook() -> bytes:
    book = openpyxl.Workbook()
    for row in range(20):
        book.active.append([row, f"ชื่อ {row}", "=1+1"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def repacked(data: bytes, change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes] | None = None) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            part = change(name, old.read(name))
            if part is not None:
                new.writestr(name, part)
        for name, part in (extra or {}).items():
            new.writestr(name, part)
    return out.getvalue()


def same(_name: str, part: bytes) -> bytes:
    return part


def refusal(data: bytes, limits: Limits = SMALL) -> str:
    with pytest.raises(Refused) as refused:
        list(read_table(io.BytesIO(data), limits=limits).rows)
    assert str(refused.value)
    return refused.value.code


def bomb(megabytes: int) -> bytes:
    """A workbook whose sheet goes on with blanks; a thousandth of its size when packed."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(workbook())) as old,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            with new.open(name, "w", force_zip64=False) as part:
                head, mark, rest = old.read(name).partition(b"<sheetData>")
                part.write(head + mark)
                for _ in range(megabytes if mark else 0):
                    part.write(b" " * MEGABYTE)
                part.write(rest)
    return out.getvalue()


def test_a_bomb_that_unpacks_to_one_and_a_half_gigabytes_is_refused_within_a_second() -> None:
    data = bomb(1500)
    assert MEGABYTE < len(data) < 2 * MEGABYTE
    started = time.process_time()

    assert refusal(data, Limits()) == "xlsx_too_much"

    assert time.process_time() - started < 1


def test_a_bomb_that_lies_about_its_size_is_counted() -> None:
    data = bytearray(bomb(60))
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        true_size = max(part.file_size for part in archive.infolist())
    # Both the local header and the directory say a hundred bytes.
    data = data.replace(struct.pack("<I", true_size), struct.pack("<I", 100))

    assert refusal(bytes(data)) in ("xlsx_damaged", "xlsx_too_much")


@pytest.mark.parametrize(
    ("change", "extra", "code"),
    [
        (lambda name, part: b"<!DOCTYPE lolz [<!ENTITY a 'b'>]>" + part, {}, "xlsx_damaged"),
        (lambda name, part: "<!ENTITY".encode("utf-16-le") + part, {}, "xlsx_damaged"),
        (same, {f"xl/media/{number}.png": b"" for number in range(300)}, "xlsx_too_much"),
        (same, {"xl/externalLinks/externalLink1.xml": b"<a/>"}, "xlsx_links"),
        (same, {"xl/embeddings/oleObject1.bin": b"x"}, "xlsx_links"),
        (same, {"../../etc/passwd": b"x"}, "xlsx_damaged"),
        (lambda name, part: None if name == "xl/workbook.xml" else part, {}, "xlsx_damaged"),
        (lambda name, part: b"" if "sheet1" in name else part, {}, "xlsx_damaged"),
    ],
)
def test_tricks_with_the_archive_are_refused(
    change: Callable[[str, bytes], bytes | None], extra: dict[str, bytes], code: str
) -> None:
    assert refusal(repacked(workbook(), change, extra)) == code


def test_a_cell_in_the_last_corner_does_not_cost_the_memory_of_the_whole_sheet() -> None:
    def stretched(name: str, part: bytes) -> bytes:
        row = b'<row r="1048576"><c r="XFD1048576" t="n"><v>1</v></c></row></sheetData>'
        return part.replace(b"</sheetData>", row) if name.endswith("sheet1.xml") else part

    started = time.perf_counter()

    assert refusal(repacked(workbook(), stretched)) in ("xlsx_damaged", "file_too_many_rows", "file_too_many_columns")
    assert time.perf_counter() - started < 10


def test_without_the_guard_the_bomb_would_be_unpacked(monkeypatch: pytest.MonkeyPatch) -> None:
    """The control: with the check of the archive taken away a bomb reaches the reader, whose memory limit stops it."""
    monkeypatch.setattr(xlsx, "check_archive", lambda file, limits: file.seek(0))
    reached = []
    apart = xlsx._read_apart
    monkeypatch.setattr(xlsx, "_read_apart", lambda *args: (reached.append(True), apart(*args)))

    refusal(bomb(300), Limits(memory_bytes=200 * MEGABYTE, seconds=10))

    assert reached


def test_mutated_files_are_read_or_refused_and_never_anything_else() -> None:
    chance = random.Random(20260101)
    texts = ["ชื่อ,อายุ\nมาลี,40\n".encode("cp874"), '\ufeffa;b\n1;"x"\n'.encode(), b"a\tb\n" + b"1\t2\n" * 50]
    sheets = [workbook(), repacked(workbook(), same, {"xl/x.xml": b"<a/>"})]
    slowest = 0.0
    for count in range(FILES):
        source = sheets[count % 2] if count % 10 == 0 else texts[count % 3]
        data = mutated(bytearray(source), chance)
        started = time.perf_counter()
        with suppress(Refused):
            list(read_table(io.BytesIO(data), limits=SMALL).rows)
        slowest = max(slowest, time.perf_counter() - started)

    assert slowest < 10


def mutated(data: bytearray, chance: random.Random) -> bytes:
    for _ in range(chance.randint(1, 8)):
        place = chance.randrange(len(data))
        match chance.randrange(5):
            case 0:
                data[place] = chance.randrange(256)
            case 1:
                del data[place : place + chance.randrange(1, 20)]
                data = data or bytearray(b"x")
            case 2:
                data[place:place] = chance.choice(
                    [b'"', b"\x00", b",", b"\r", b"\xff\xfe", b"<!DOCTYPE", b"=cmd|' /c'!A0"]
                )
            case 3:
                data[place:place] = data[: chance.randrange(200)]
            case _:
                data[place:] = data[place:][::-1]
    return bytes(data)
