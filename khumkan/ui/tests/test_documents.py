"""Letters: the right letters in the right font, and no data read as a command."""

import re
import shutil
import subprocess
from datetime import date
from pathlib import Path

import pytest
import segno

from khumkan.ui.codes import LONG, MASK_OF_LONG, barcode_svg, qr_svg
from khumkan.ui.documents import Letter, letter_pdf

STACKED = "น้ำ ปู่ ปี่ ป้ำ ญี่ปุ่น ฐุ กุฏิ"
HOSTILE = '#panic("x") $x$ *b* "\\ \n = h'
needs_poppler = pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")


def letter(**changes: object) -> Letter:
    values: dict[str, object] = {
        "language": "th",
        "title": "หนังสือรับรอง",
        "reference": "T-7K4M9-2QXC3",
        "date": date(2021, 8, 16),
        "addressee": ("นายสมชาย ใจดี", "สมุทรสาคร"),
        "paragraphs": (STACKED, HOSTILE),
        "facts": (("ผลตรวจ", "ไม่พบเชื้อ"),),
        "verify_url": "https://example.org/verify/T-7K4M9-2QXC3",
        "signed_by": ("วิภา ศรีสุข",),
    }
    return Letter(**(values | changes))  # type: ignore[arg-type]


def text_of(pdf: bytes, folder: Path) -> str:
    (folder / "letter.pdf").write_bytes(pdf)
    found = subprocess.run(["pdftotext", folder / "letter.pdf", "-"], capture_output=True, check=True)
    return found.stdout.decode()


@needs_poppler
def test_the_letters_survive_copying(tmp_path: Path) -> None:
    text = text_of(letter_pdf(letter()), tmp_path)
    assert STACKED in text
    assert "16 สิงหาคม 2564" in text
    assert "T-7K4M9-2QXC3" in text
    assert "ไม่พบเชื้อ" in text


@needs_poppler
def test_data_is_never_a_command(tmp_path: Path) -> None:
    text = text_of(letter_pdf(letter(title=HOSTILE, facts=((HOSTILE, HOSTILE),))), tmp_path)
    assert text.count('#panic("x") $x$ *b*') >= 3


@needs_poppler
def test_an_english_letter_is_of_the_common_era(tmp_path: Path) -> None:
    assert "16 August 2021" in text_of(letter_pdf(letter(language="en")), tmp_path)


def test_a_letter_is_tagged_and_in_our_font_alone() -> None:
    pdf = letter_pdf(letter())
    assert pdf.startswith(b"%PDF-1.7")
    assert b"/StructTreeRoot" in pdf
    assert set(re.findall(rb"/BaseFont\s*/[A-Z]{6}\+([\w-]+)", pdf)) <= {b"Sarabun-Regular", b"Sarabun-Bold"}


def test_the_same_letter_is_the_same_file() -> None:
    assert letter_pdf(letter()) == letter_pdf(letter())


def test_a_letter_may_be_short() -> None:
    assert letter_pdf(letter(addressee=(), paragraphs=(), facts=(), verify_url="", signed_by=()))


@pytest.mark.skipif(shutil.which("pdftoppm") is None, reason="pdftoppm is not installed")
def test_a_letter_has_ink_where_it_should(tmp_path: Path) -> None:
    """By picture: dark marks at the head, in the middle and at the QR code, none in the margins."""
    (tmp_path / "letter.pdf").write_bytes(letter_pdf(letter()))
    command = ["pdftoppm", "-gray", "-r", "36", tmp_path / "letter.pdf", tmp_path / "page"]
    subprocess.run(command, check=True)
    header, size, _depth, pixels = next(tmp_path.glob("page*.pgm")).read_bytes().split(b"\n", 3)
    assert header == b"P5"
    width, height = map(int, size.split())
    lines = [pixels[start : start + width] for start in range(0, width * height, width)]
    dark = [sum(value < 128 for value in line) for line in lines]
    assert sum(dark[: height // 6]) > 20
    assert sum(dark[height // 6 : height // 2]) > 80
    assert sum(dark[height * 3 // 4 :]) > 200
    assert all(value > 200 for line in lines for value in (*line[:20], *line[-20:]))


def test_codes_are_drawn_by_paths_alone() -> None:
    for svg in (qr_svg("T-7K4M9"), barcode_svg("KK-1")):
        assert svg.startswith("<svg")
        assert not re.search(r"style|script|<rect", svg)


@pytest.mark.parametrize("text", ["T-7K4M9", "KHK1:" + "6BF7NCB*S3" * 36])
def test_the_modules_of_a_code_are_those_of_its_text(text: str) -> None:
    code = segno.make(text, error="m", micro=False, mask=MASK_OF_LONG if len(text) >= LONG else None)
    side, rows = len(code.matrix), [bytearray(len(code.matrix)) for _ in code.matrix]
    svg = qr_svg(text)
    for column, row, count in re.findall(r"M(\d+) (\d+)\.5h(\d+)", svg):
        rows[int(row) - 4][int(column) - 4 : int(column) - 4 + int(count)] = b"\x01" * int(count)
    assert tuple(rows) == tuple(code.matrix)
    assert f'viewBox="0 0 {side + 8} {side + 8}"' in svg


def test_a_barcode_begins_and_ends_with_its_quiet_zone() -> None:
    svg = barcode_svg("KK-0001234")
    width = int(re.search(r'viewBox="0 0 (\d+)', svg)[1])  # type: ignore[index]
    starts = [int(start) for start in re.findall(r"M(\d+) 0", svg)]
    assert min(starts) == 20
    assert max(starts) < width - 20
