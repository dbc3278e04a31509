"""How near a question is to the ways in which people ask for an article: each way is compared by itself.

All ways of an article in one heap would find less: what one of them says by the way would count as much as what all of
them say. Two questions are as near as the cosine of their features, each the heavier the fewer ways have it.
"""

import math
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

#: So many ways of an article count; each next one is worth this share of the one before.
MOST_WAYS, NEXT_WAY = 5, 0.7


@dataclass
class Ways:
    """The ways of asking for all articles, by one kind of features: words, or runs of letters."""

    places: list[int] = field(default_factory=list)
    rarity: dict[str, float] = field(default_factory=dict)
    table: dict[str, list[tuple[int, float]]] = field(default_factory=dict)

    @classmethod
    def of(cls, ways: Sequence[tuple[int, Sequence[str]]]) -> "Ways":
        """Build the tables.

        :param ways: the place of the article and the features, for each way of asking.
        """
        having = Counter(feature for _place, features in ways for feature in set(features))
        rarity = {feature: _rarity(many, len(ways)) for feature, many in having.items()}
        table: dict[str, list[tuple[int, float]]] = defaultdict(list)
        for way, (_place, features) in enumerate(ways):
            length = _length(dict.fromkeys(features, 1.0), rarity, 0.0)
            for feature in dict.fromkeys(features):
                table[feature].append((way, rarity[feature] / length))
        return cls([place for place, _features in ways], rarity, dict(table))

    def near(self, asked: Mapping[str, float]) -> dict[int, float]:
        """Return for each article how near a question is to the ways nearest to it: at most 2.8.

        :param asked: the features of the question with their worth.
        """
        length = _length(asked, self.rarity, _rarity(0, len(self.places)))
        alike: dict[int, float] = defaultdict(float)
        for feature, worth in asked.items():
            share = worth * self.rarity.get(feature, 0.0) / length
            for way, weight in self.table.get(feature, ()):
                alike[way] += share * weight
        by_place: dict[int, list[float]] = defaultdict(list)
        for way, share in alike.items():
            by_place[self.places[way]].append(share)
        return {place: _together(shares) for place, shares in by_place.items()}


def _rarity(having: int, many: int) -> float:
    return math.log(1 + (many - having + 0.5) / (having + 0.5))


def _length(features: Mapping[str, float], rarity: Mapping[str, float], unknown: float) -> float:
    return math.sqrt(sum((worth * rarity.get(each, unknown)) ** 2 for each, worth in features.items())) or 1.0


def _together(shares: list[float]) -> float:
    best = sorted(shares, reverse=True)[:MOST_WAYS]
    return sum(share * NEXT_WAY**number for number, share in enumerate(best))
