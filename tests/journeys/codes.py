"""Reads the QR codes that pages show, module by module, as a telephone does: what was drawn, not what was meant.

Nothing is damaged on a screen, so the error correction is not needed, only stepped over.
"""

import re
from collections.abc import Callable, Iterator
from itertools import zip_longest

from playwright.sync_api import Page
from segno import consts

QUIET = 4
ALPHANUMERIC = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"
#: By the two bits that name it: the level of error correction.
LEVELS = (consts.ERROR_LEVEL_M, consts.ERROR_LEVEL_L, consts.ERROR_LEVEL_H, consts.ERROR_LEVEL_Q)
#: By mode (digits, few characters, bytes): bits of the count in small, middle and large codes.
COUNTS = {1: (10, 12, 14), 2: (9, 11, 13), 4: (8, 16, 16)}
#: The masks of the standard, by number.
MASKS: tuple[Callable[[int, int], int], ...] = (
    lambda row, column: (row + column) % 2,
    lambda row, column: row % 2,
    lambda row, column: column % 3,
    lambda row, column: (row + column) % 3,
    lambda row, column: (row // 2 + column // 3) % 2,
    lambda row, column: row * column % 2 + row * column % 3,
    lambda row, column: (row * column % 2 + row * column % 3) % 2,
    lambda row, column: ((row + column) % 2 + row * column % 3) % 2,
)
Dark = set[tuple[int, int]]


def code_on(page: Page) -> str:
    """Return what the code says that stands on a page."""
    return read(page.locator("main figure svg").evaluate("picture => picture.outerHTML"))


def read(svg: str) -> str:
    """Return the text of a drawn code."""
    found = re.search(r'viewBox="0 0 (\d+) ', svg)
    assert found is not None
    size, dark = int(found[1]) - 2 * QUIET, _dark(svg)
    version, (level, mask) = (size - 17) // 4, _format(dark)
    bits = "".join(
        str(int(((row, column) in dark) != (MASKS[mask](row, column) == 0))) for row, column in _places(size, version)
    )
    return _words(_in_order(bits, consts.ECC[version][level]), version)


def _dark(svg: str) -> Dark:
    """Return the dark modules: of each stroke of the path, so many to the right of where it begins."""
    path, dark, row, column = re.search(r' d="([^"]+)"', svg), set(), 0, 0
    assert path is not None
    for command, first, second in re.findall(r"([Mmh])(-?[\d.]+)(?: (-?[\d.]+))?", path[1]):
        if command == "h":
            dark |= {(row, column + step) for step in range(int(first))}
            column += int(first)
        elif command == "M":
            row, column = int(float(second)) - QUIET, int(first) - QUIET
        else:
            row, column = row + int(second), column + int(first)
    return dark


def _format(dark: Dark) -> tuple[int, int]:
    """Return the level of error correction, and the number of the mask."""
    places = [*((8, column) for column in (0, 1, 2, 3, 4, 5, 7, 8)), *((row, 8) for row in (7, 5, 4, 3, 2, 1, 0))]
    bits = int("".join(str(int(place in dark)) for place in places), 2) ^ 0b101010000010010
    return LEVELS[bits >> 13], bits >> 10 & 7


def _places(size: int, version: int) -> Iterator[tuple[int, int]]:
    """Yield where data stands: two columns at a time from the right, up and down."""
    right, up = size - 1, True
    while right > 0:
        right -= right == 6
        for row in range(size - 1, -1, -1) if up else range(size):
            yield from (place for place in ((row, right), (row, right - 1)) if not _is_fixed(*place, size, version))
        right, up = right - 2, not up


def _is_fixed(row: int, column: int, size: int, version: int) -> bool:
    """Tell whether a module belongs to the frame of the code."""
    far = size - 8
    if (row < 9 and (column < 9 or column >= far)) or (row >= far and column < 9) or 6 in (row, column):
        return True
    if version >= 7 and ((row < 6 and column >= size - 11) or (column < 6 and row >= size - 11)):
        return True
    marks = consts.ALIGNMENT_POS[version - 2] if version > 1 else ()
    corners = {(6, 6), (6, size - 7), (size - 7, 6)}
    return any(
        abs(row - down) <= 2 and abs(column - across) <= 2
        for down in marks
        for across in marks
        if (down, across) not in corners
    )


def _in_order(bits: str, sizes: tuple[consts.EC, ...]) -> str:
    """Return the bits of the data, whose words stand in turns of the blocks."""
    words = [bits[start : start + 8] for start in range(0, len(bits), 8)]
    lengths = [each.num_data for each in sizes for _block in range(each.num_blocks)]
    turns = zip_longest(*([block] * length for block, length in enumerate(lengths)))
    blocks: list[list[str]] = [[] for _ in lengths]
    for word, block in zip(words, (block for turn in turns for block in turn if block is not None), strict=False):
        blocks[block].append(word)
    return "".join("".join(block) for block in blocks)


def _words(bits: str, version: int) -> str:
    text, at, width = "", 0, (version > 9) + (version > 26)

    def take(count: int) -> int:
        nonlocal at
        at += count
        return int(bits[at - count : at] or "0", 2)

    while mode := take(4):
        count = take(COUNTS[mode][width])
        if mode == 4:
            text += bytes(take(8) for _ in range(count)).decode()
        elif mode == 1:
            groups = [3] * (count // 3) + [count % 3] * (count % 3 > 0)
            text += "".join(f"{take(1 + 3 * digits):0{digits}d}" for digits in groups)
        else:
            for _ in range(count // 2):
                pair = take(11)
                text += ALPHANUMERIC[pair // 45] + ALPHANUMERIC[pair % 45]
            text += ALPHANUMERIC[take(6)] if count % 2 else ""
    return text
