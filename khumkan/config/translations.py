"""Compiles the translations: the `.po` files are kept, what Django reads is made from them."""

import os
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

PACKAGE = Path(__file__).resolve().parents[1]


def compile_all() -> int:
    """Compile every folder of catalogues that changed since it was compiled, and return how many did.

    A folder may hold several `.po` files, one for each subject; together they make the one file that Django reads.
    """
    compiled = 0
    for folder in PACKAGE.rglob("locale/*/LC_MESSAGES"):
        sources = sorted(folder.glob("*.po"))
        target = folder / "django.mo"
        newest = max((source.stat().st_mtime for source in sources), default=0)
        if not sources or (target.exists() and target.stat().st_mtime >= newest):
            continue
        _compile(sources, target)
        compiled += 1
    return compiled


def _compile(sources: list[Path], target: Path) -> None:
    together = Catalog(locale=target.parents[1].name)
    for source in sources:
        with source.open("rb") as text:
            for message in read_po(text):
                if message.id:
                    together[message.id] = message
    draft = target.with_suffix(f".{os.getpid()}")
    with draft.open("wb") as binary:
        write_mo(binary, together)
    draft.replace(target)
