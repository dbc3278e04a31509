"""Finding articles for what people type: Thai without blanks, slang and slips included.

What is typed is put in plain form, cut into words, widened by synonyms, and compared with every article by words and by
runs of two letters. A word counts the more the fewer articles have it, and in a title more than in the text. Runs of
letters find what is misspelt or cut in the wrong place. To that comes how near the question is to one of the ways in
which people ask for the article (`nearest.py`). Measured by `khumkan bench knowledge_search`.
"""

import math
import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from khumkan.hotline.rules.nearest import Ways
from khumkan.kernel.digits import plain

#: Cuts a run of Thai letters into words.
Cut = Callable[[str], Sequence[str]]
#: What a word is worth by where it stands.
TITLE, SUMMARY, BODY = 3.0, 1.6, 0.8
#: From how often a word stands in a text on more of it hardly counts (as in BM25).
SATURATION = 1.2
#: What runs of letters are worth beside words, and what a synonym is worth beside the word itself.
LETTERS_WORTH, SYNONYM_WORTH = 1.2, 0.9
RUN = 2
SYNONYM_RUNS_WORTH = 0.7
#: What it is worth that somebody asks as others do, by words and by longer runs of letters.
WAY_WORDS, WAY_LETTERS, WAY_RUN = 6.0, 6.0, 3
#: A synonym with so few letters must be a whole word of the question.
SHORT = 4
#: Below this share of what the best possible article would have, an article is no answer.
LEAST_SHARE = 0.10
#: Longer texts are cut: nobody asks so much at once.
MOST_LETTERS = 200
_TONES = re.compile(r"([\u0e48-\u0e4e])\1+")
_VOWELS = re.compile(r"([\u0e31\u0e34-\u0e3a])\1+")
_DRAWN_OUT = re.compile(r"(.)\1{2,}")
_SARA_AM = re.compile("\u0e4d([\u0e48-\u0e4b]?)\u0e32")
_TONE_AFTER_AM = re.compile("\u0e33([\u0e48-\u0e4b])")
_SECTION = re.compile(r"(?:มาตรา|ม\.?)\s*(33|39|40)(?!\d)")
_RUNS = re.compile(r"[\u0e01-\u0e4e]+|[a-z]+|\d+")
#: Words that say nothing about what is asked.
POLITE = frozenset({
    "ครับ", "คับ", "ค่ะ", "คะ", "จ้า", "จ้ะ", "นะ", "น่ะ", "หน่อย", "ไหม", "มั้ย", "มั๊ย", "ป่าว", "เปล่า",
    "รึ", "หรือ", "เหรอ", "หรอ", "ที", "ล่ะ", "สิ", "ดี", "บ้าง", "เลย", "ได้", "ให้", "ที่", "และ", "ของ",
    "การ", "ก็", "ว่า", "จะ", "มี", "เป็น", "คือ", "แล้ว", "ไป", "มา", "อยู่", "ต้อง", "กับ", "ใน", "the", "a",
    "an", "of", "to", "is", "are", "i", "my", "do", "does", "what", "how", "and", "or", "for", "in",
})  # fmt: skip


def plain_form(text: str) -> str:
    """Return a text in one spelling: small letters, Arabic digits, marks of Thai once and in their order."""
    text = unicodedata.normalize("NFC", plain(text)).lower()[: MOST_LETTERS * 40]
    text = text.replace("เเ", "แ").replace("ๆ", " ").replace("ฯ", " ")
    text = _TONE_AFTER_AM.sub("\\1\u0e33", _SARA_AM.sub("\\1\u0e33", text))
    text = _VOWELS.sub(r"\1", _TONES.sub(r"\1", text))
    text = _DRAWN_OUT.sub(lambda found: found[0] if found[1].isdigit() else found[1], text)
    return _SECTION.sub(r" มาตรา \1 ", text)


def words_of(text: str, cut: Cut) -> list[str]:
    """Return the words of a text in plain form; what is neither a letter nor a digit parts words."""
    words: list[str] = []
    for run in _RUNS.findall(text):
        words += cut(run) if run[0] >= "\u0e01" else [run]
    return [word for word in words if word.strip()]


def runs_of(text: str, run: int = RUN) -> list[str]:
    """Return all runs of so many letters (two, unless told), of each stretch without its blanks."""
    joined = "".join(_RUNS.findall(text))
    return [joined[start : start + run] for start in range(len(joined) - run + 1)]


@dataclass(frozen=True)
class Document:
    """An article as the search sees it, in all its languages.

    :param key: by which a hit names it.
    :param asked: ways in which people ask for it.
    """

    key: int
    titles: tuple[str, ...]
    summaries: tuple[str, ...]
    bodies: tuple[str, ...]
    asked: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hit:
    """An article that may answer.

    :param share: of what the best possible article would have, from 0 to 1.
    """

    key: int
    share: float


@dataclass
class Index:
    """All articles, ready to be searched. Built once for each edition of the knowledge base."""

    cut: Cut
    synonyms: Mapping[str, Sequence[str]] = field(default_factory=dict)
    synonym_runs: Mapping[str, Sequence[str]] = field(default_factory=dict)
    keys: list[int] = field(default_factory=list)
    words: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    runs: dict[str, list[tuple[int, float]]] = field(default_factory=dict)
    way_words: Ways = field(default_factory=Ways)
    way_runs: Ways = field(default_factory=Ways)

    @classmethod
    def of(cls, documents: Iterable[Document], *, cut: Cut, synonyms: Iterable[tuple[str, str]] = ()) -> "Index":
        """Build the index.

        :param synonyms: what people write, and what they mean; both are put in plain form.
        """
        meant: dict[str, list[str]] = defaultdict(list)
        meant_runs: dict[str, list[str]] = defaultdict(list)
        for word, means in synonyms:
            written, means = _tight(plain_form(word)), plain_form(means)
            meant[written] += words_of(means, cut)
            meant_runs[written] += [run for part in means.split() for run in runs_of(part)]
        index = cls(cut, dict(meant), dict(meant_runs))
        words: dict[str, dict[int, float]] = defaultdict(dict)
        runs: dict[str, dict[int, float]] = defaultdict(dict)
        ways: list[tuple[int, str]] = []
        for place, document in enumerate(documents):
            index.keys.append(document.key)
            for text, worth in _parts(document):
                _count(words, words_of(text, cut), place, worth)
                _count(runs, runs_of(text), place, worth)
            ways += [(place, plain_form(way)) for way in (*document.titles, *document.asked)]
        many = max(1, len(index.keys))
        index.words, index.runs = _weighed(words, many), _weighed(runs, many)
        index.way_words = Ways.of([(place, _telling(words_of(way, cut))) for place, way in ways])
        index.way_runs = Ways.of([(place, runs_of(way, WAY_RUN)) for place, way in ways])
        return index

    def search(self, typed: str, *, most: int = 10) -> list[Hit]:
        """Return the best articles, the best first; none when nothing is near."""
        text = plain_form(typed)[:MOST_LETTERS]
        asked = self.asked(text)
        scores: Counter[int] = Counter()
        best = _add(scores, self.words, asked, 1.0) + _add(scores, self.runs, self._runs(text), LETTERS_WORTH)
        best += _add_near(scores, self.way_words.near(asked), WAY_WORDS)
        best += _add_near(scores, self.way_runs.near(dict.fromkeys(runs_of(text, WAY_RUN), 1.0)), WAY_LETTERS)
        if not best:
            return []
        ranked = sorted(scores.items(), key=lambda scored: (-scored[1], self.keys[scored[0]]))[:most]
        hits = [Hit(self.keys[place], min(1.0, score / best)) for place, score in ranked]
        return [hit for hit in hits if hit.share >= LEAST_SHARE]

    def asked(self, text: str) -> dict[str, float]:
        """Return the words of a question in plain form with their worth, widened by synonyms."""
        worth = dict.fromkeys(_telling(words_of(text, self.cut)), 1.0)
        for word in self._synonyms_in(text):
            for each in self.synonyms[word]:
                if each not in POLITE:
                    worth.setdefault(each, SYNONYM_WORTH)
        return worth

    def _runs(self, text: str) -> dict[str, float]:
        worth = dict.fromkeys(runs_of(text), 1.0)
        for word in self._synonyms_in(text):
            for run in self.synonym_runs[word]:
                worth.setdefault(run, SYNONYM_RUNS_WORTH)
        return worth

    def _synonyms_in(self, text: str) -> list[str]:
        tight, words = _tight(text), set(words_of(text, self.cut))
        return [word for word in self.synonyms if word in words or (len(word) > SHORT and word in tight)]

    def knows(self, word: str) -> bool:
        """Tell whether a word stands in an article or among the synonyms."""
        return word in self.words or word in self.synonyms


def _parts(document: Document) -> Iterable[tuple[str, float]]:
    for texts, worth in ((document.titles, TITLE), (document.summaries, SUMMARY), (document.bodies, BODY)):
        for text in texts:
            yield plain_form(text), worth


def _count(counts: dict[str, dict[int, float]], features: Sequence[str], place: int, worth: float) -> None:
    for feature in features:
        counts[feature][place] = counts[feature].get(place, 0.0) + worth


def _weighed(counts: Mapping[str, Mapping[int, float]], many: int) -> dict[str, list[tuple[int, float]]]:
    """Return for each feature the articles with its weight: rare features weigh more, repetition soon no more."""
    weighed: dict[str, list[tuple[int, float]]] = {}
    for feature, places in counts.items():
        rarity = math.log(1 + (many - len(places) + 0.5) / (len(places) + 0.5))
        weighed[feature] = [
            (place, rarity * count * (SATURATION + 1) / (count + SATURATION)) for place, count in places.items()
        ]
    return weighed


def _add(
    scores: Counter[int], table: Mapping[str, Sequence[tuple[int, float]]], asked: Mapping[str, float], worth: float
) -> float:
    """Add what the features of a question give to each article, and return what an article with all would have."""
    found = {feature: share for feature, share in asked.items() if feature in table}
    scale = worth / (len(asked) ** 0.5 or 1)
    best = 0.0
    for feature, share in found.items():
        postings = table[feature]
        best += scale * share * max(weight for _place, weight in postings)
        for place, weight in postings:
            scores[place] += scale * share * weight  # type: ignore[assignment]
    return best


def _add_near(scores: Counter[int], near: Mapping[int, float], worth: float) -> float:
    """Add how near a question is to the ways of asking for each article, and return what the nearest one got."""
    for place, share in near.items():
        scores[place] += worth * share  # type: ignore[assignment]
    return worth * max(near.values(), default=0.0)


def _telling(words: Iterable[str]) -> list[str]:
    return [word for word in words if word not in POLITE]


def _tight(text: str) -> str:
    return "".join(_RUNS.findall(text))
