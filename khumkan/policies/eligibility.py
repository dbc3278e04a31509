"""Eligibility written once: criteria over facts that answer for one person in words, and for a registry as a query.

    @dataclass(frozen=True)
    class Facts:
        age: int | None = fact(N_("Age"), mend=N_("The date of birth can be corrected at any office."))
        was_positive: bool | None = fact(N_("Positive test within three months"))

    rule = Rule(Facts, AllOf(AtLeast("age", terms.least_age), Not(IsTrue("was_positive"))))
    rule.verdict(Facts(age=17))             # no, with the reason and how to correct the fact
    people.filter(rule.as_q({"age": "age_today", "was_positive": "had_positive"}))

What is not known is neither yes nor no, as in SQL: the opposite of something unknown is unknown, and only a clear yes
makes somebody eligible. So both answers agree, nulls included; a test compares them on random people.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields, is_dataclass
from typing import Any, Generic, TypeVar

from django.db.models import Q

from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_
from khumkan.policies.criteria import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Criterion,
    FactWords,
    InAreas,
    IsTrue,
    Not,
    OneOf,
    Within,
    Words,
)

__all__ = [
    "AllOf",
    "AnyOf",
    "AtLeast",
    "AtMost",
    "Criterion",
    "InAreas",
    "IsTrue",
    "Not",
    "OneOf",
    "Rule",
    "Within",
    "fact",
]

Facts = TypeVar("Facts")
NOBODY_AT_ALL = Reason("nobody", N_("At present nobody can be accepted under this rule."))


def fact(words: str, *, mend: str = "", default: Any = None) -> Any:
    """Declare one fact of a frozen dataclass of facts.

    :param words: what the fact is called at the beginning of a sentence, marked with `N_`, such as “Age”.
    :param mend: a sentence on how a wrong or missing fact is corrected, marked with `N_`.
    :param default: the value when the caller gives none; None means unknown.
    """
    return field(default=default, metadata={"words": words, "mend": mend})


@dataclass(frozen=True)
class Rule(Generic[Facts]):
    """A criterion over one kind of facts.

    :raises ValueError: at once, when the criterion names a fact that the dataclass does not have.
    """

    facts: type[Facts]
    criterion: Criterion

    def __post_init__(self) -> None:
        if unknown := sorted(self.criterion.names() - set(words_of(self.facts))):
            raise ValueError(f"{self.facts.__name__} has no fact {unknown[0]}")

    def verdict(self, facts: Facts) -> Verdict:
        """Say yes or no with the reasons in words. Each names the fact that it rests on.

        In a no, each reason ends with how the fact is corrected; in a yes the same words are in its `params["mend"]`.
        """
        words = words_of(self.facts)
        values = {name: getattr(facts, name) for name in words}
        reasons = tuple({str(reason): reason for reason in self.criterion.because(values, words)}.values())
        if self.criterion.truth(values):
            return Verdict.yes(*reasons)
        return Verdict.no(*(_with_mend(reason) for reason in reasons or (NOBODY_AT_ALL,)))

    def as_q(self, paths: Mapping[str, str]) -> Q:
        """Return the same rule as a condition on a queryset.

        :param paths: for each fact the field or annotation that holds it: one value for each row, of the same type.
        :raises ValueError: when a fact that the rule uses has no path.
        """
        if missing := sorted(self.criterion.names() - set(paths)):
            raise ValueError(f"no path is given for the fact {missing[0]}")
        return self.criterion.as_q(paths)


def words_of(facts: type) -> Words:
    """Return what each fact of a dataclass is called and how it is corrected.

    :raises TypeError: when the class is no dataclass.
    """
    if not is_dataclass(facts):
        raise TypeError(f"{facts.__name__} is no dataclass")
    return {
        part.name: FactWords(part.metadata.get("words", part.name), part.metadata.get("mend", ""))
        for part in fields(facts)
    }


def _with_mend(reason: Reason) -> Reason:
    if not reason.params.get("mend"):
        return reason
    return Reason(reason.code, "%(finding)s %(mend)s", {**reason.params, "finding": reason})
