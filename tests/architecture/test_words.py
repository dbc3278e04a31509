"""No sentence without its Thai, no template without a user, no unfinished word."""

import re
from collections.abc import Iterator
from pathlib import Path

from babel.messages.extract import extract
from babel.messages.pofile import read_po
from django.utils.translation.template import templatize

from tests.architecture.source import PACKAGE, name_of, python_files

KEYWORDS = {
    "_": None, "gettext": None, "gettext_lazy": None, "N_": None, "gettext_noop": None,
    "ngettext": (1, 2), "ngettext_lazy": (1, 2), "pgettext": ((1, "c"), 2), "pgettext_lazy": ((1, "c"), 2),
}  # fmt: skip
TEMPLATE_CALL = re.compile(
    r"""(?:_|gettext|gettext_noop|ngettext)\(\s*u?(?:"((?:[^"\\]|\\.)*)"|'((?:[^'\\]|\\.)*)'|u?'''(.*?)''')"""
)
UNFINISHED = re.compile(r"\b(TODO|FIXME|XXX)\b|NotImplementedError|coming soon|lorem ipsum", re.IGNORECASE)


def sentences_of_modules() -> Iterator[tuple[str, str]]:
    for file in python_files():
        with file.open("rb") as source:
            for _, message, _, _ in extract("python", source, keywords=KEYWORDS):
                yield name_of(file), message[0] if isinstance(message, tuple) else message


def sentences_of_templates() -> Iterator[tuple[str, str]]:
    for file in [*PACKAGE.rglob("*.html"), *PACKAGE.rglob("*.txt")]:
        if "templates" not in file.parts and "components" not in file.parts:
            continue
        text = file.read_text(encoding="utf-8")
        if "{%" not in text and "{{" not in text:
            continue
        for found in TEMPLATE_CALL.finditer(templatize(text, origin=str(file))):
            message = next(group for group in found.groups() if group is not None)
            yield name_of(file), message.replace("\\'", "'").replace('\\"', '"').replace("\\n", "\n")


def translated() -> set[str]:
    known: set[str] = set()
    for catalogue in PACKAGE.rglob("locale/th/LC_MESSAGES/*.po"):
        with catalogue.open("rb") as text:
            for message in read_po(text):
                texts = message.string if isinstance(message.string, tuple) else (message.string,)
                if message.id and all(texts) and not message.fuzzy:
                    known.add(message.id[0] if isinstance(message.id, tuple) else message.id)
    return known


def test_every_sentence_has_its_thai() -> None:
    known = translated()
    missing = {
        (file, sentence)
        for file, sentence in [*sentences_of_modules(), *sentences_of_templates()]
        if sentence and sentence not in known
    }
    assert missing == set()


def test_placeholders_survive_translation() -> None:
    wrong = []
    for catalogue in PACKAGE.rglob("locale/th/LC_MESSAGES/*.po"):
        with catalogue.open("rb") as text:
            for message in read_po(text):
                if not isinstance(message.id, str) or not message.id:
                    continue
                names = set(re.findall(r"%\((\w+)\)", message.id))
                if names != set(re.findall(r"%\((\w+)\)", str(message.string))):
                    wrong.append((name_of(catalogue), message.id))
    assert wrong == []


def test_a_sentence_has_one_thai() -> None:
    """Django lays all catalogues over each other: two Thai sentences for one English one would win by chance."""
    found: dict[tuple[str, str], dict[str, str]] = {}
    for catalogue in PACKAGE.rglob("locale/th/LC_MESSAGES/*.po"):
        with catalogue.open("rb") as text:
            for message in read_po(text):
                if message.id:
                    found.setdefault((str(message.id), message.context or ""), {})[str(message.string)] = name_of(
                        catalogue
                    )
    assert {sentence: thai for sentence, thai in found.items() if len(thai) > 1} == {}


def test_nothing_says_that_it_is_unfinished() -> None:
    files = [*python_files(with_tests=True), *PACKAGE.rglob("*.html"), *PACKAGE.rglob("static/**/khumkan*.js")]
    assert [name_of(file) for file in files if UNFINISHED.search(file.read_text(encoding="utf-8"))] == []


def test_every_template_is_used() -> None:
    code = "\n".join(file.read_text(encoding="utf-8") for file in python_files(with_tests=True))
    markup = "\n".join(file.read_text(encoding="utf-8") for file in PACKAGE.rglob("*.html"))
    unused = []
    for file in PACKAGE.rglob("templates/**/*.html"):
        name = str(Path(*file.parts[file.parts.index("templates") + 1 :]))
        if name not in code and name not in markup and "/components/" not in str(file):
            unused.append(name)
    assert unused == []
