"""Eligibility: one rule, two answers. On random people and random rules, the database must agree with Python."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date
from typing import Any

import pytest
from django.db.models import BooleanField, CharField, DateField, IntegerField, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import translation
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from khumkan.policies.eligibility import (
    AllOf,
    AnyOf,
    AtLeast,
    AtMost,
    Criterion,
    InAreas,
    IsTrue,
    Not,
    OneOf,
    Rule,
    Within,
    fact,
)
from khumkan.policies.models import Proposal

DAY = date(2021, 6, 7)


@dataclass(frozen=True)
class Person:
    age: int | None = fact("Age", mend="The date of birth can be corrected at any office.")
    is_contact: bool | None = fact("Close contact with a case")
    last_seen: date | None = fact("Last day of contact")
    section: str | None = fact("Section")
    place: str | None = fact("Place of work")


PATHS = {name: f"fact_{name}" for name in ("age", "is_contact", "last_seen", "section", "place")}
numbers, days = st.integers(15, 20), st.dates(date(2021, 6, 1), date(2021, 6, 12))
codes, areas = st.sampled_from(["33", "39", "40"]), st.sampled_from(["10", "1001", "100101", "11", "1102"])
people = st.builds(
    Person,
    age=st.none() | numbers,
    is_contact=st.none() | st.booleans(),
    last_seen=st.none() | days,
    section=st.none() | codes,
    place=st.none() | areas,
)
leaves: st.SearchStrategy[Criterion] = st.one_of(
    st.builds(AtLeast, st.just("age"), numbers),
    st.builds(AtMost, st.just("age"), numbers),
    st.builds(Within, st.just("age"), numbers, numbers),
    st.builds(AtLeast, st.just("last_seen"), days),
    st.builds(Within, st.just("last_seen"), days, days),
    st.builds(IsTrue, st.just("is_contact")),
    st.builds(OneOf, st.just("section"), st.lists(codes, max_size=2)),
    st.builds(InAreas, st.just("place"), st.lists(areas, max_size=2).map(tuple)),
)
criteria = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.lists(inner, max_size=3).map(lambda parts: AllOf(*parts)),
        st.lists(inner, max_size=3).map(lambda parts: AnyOf(*parts)),
        st.builds(Not, inner),
    ),
    max_leaves=8,
)


def stored(group: Sequence[Person]) -> QuerySet[Proposal]:
    """Put people into a table of the real database, and return it with one column for each fact."""
    Proposal.objects.bulk_create(
        Proposal(kind="tests", effective_from=DAY, why="", source="", proposed_by=place, values=_plain(person))
        for place, person in enumerate(group)
    )
    kinds: dict[str, Any] = {"age": IntegerField(), "is_contact": BooleanField(), "last_seen": DateField()}
    columns = {PATHS[name]: Cast(KT(f"values__{name}"), kinds.get(name, CharField())) for name in PATHS}
    return Proposal.objects.annotate(**columns)


def _plain(person: Person) -> dict[str, object]:
    values = {name: value for name, value in asdict(person).items() if value is not None}
    return values | ({"last_seen": person.last_seen.isoformat()} if person.last_seen else {})


@pytest.mark.django_db
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(group=st.lists(people, min_size=1, max_size=25), tested=st.lists(criteria, min_size=1, max_size=4))
def test_the_query_selects_whom_the_verdict_allows(group: list[Person], tested: list[Criterion]) -> None:
    newest = Proposal.objects.order_by("-id").values_list("id", flat=True).first() or 0
    table = stored(group).filter(id__gt=newest)
    for criterion in tested:
        rule = Rule(Person, criterion)
        allowed = {place for place, person in enumerate(group) if rule.verdict(person)}
        assert set(table.filter(rule.as_q(PATHS)).values_list("proposed_by", flat=True)) == allowed, criterion


@given(person=people, criterion=criteria)
def test_a_rule_and_its_opposite_are_never_both_true_and_every_no_has_a_reason(
    person: Person, criterion: Criterion
) -> None:
    verdicts = [Rule(Person, one).verdict(person) for one in (criterion, Not(criterion))]
    assert not all(verdicts)
    assert all(verdict.allowed or verdict.reasons for verdict in verdicts)


@given(person=people, least=numbers)
def test_a_higher_limit_never_lets_more_people_in(person: Person, least: int) -> None:
    if Rule(Person, AtLeast("age", least + 1)).verdict(person):
        assert Rule(Person, AtLeast("age", least)).verdict(person)


def words(rule: Rule[Person], person: Person) -> tuple[bool, list[str]]:
    with translation.override("en"):
        verdict = rule.verdict(person)
        return verdict.allowed, [str(reason) for reason in verdict.reasons]


GROWN_UP_CONTACT = Rule(Person, AllOf(AtLeast("age", 18), AnyOf(IsTrue("is_contact"), AtLeast("last_seen", DAY))))


def test_a_yes_says_which_facts_it_rests_on() -> None:
    assert words(GROWN_UP_CONTACT, Person(age=20, last_seen=DAY)) == (
        True,
        ["Age is 20, at least 18.", "Last day of contact is 7 June 2021, at least 7 June 2021."],
    )


def test_a_no_says_what_fails_and_how_it_is_corrected() -> None:
    assert words(GROWN_UP_CONTACT, Person(age=17, is_contact=True)) == (
        False,
        ["Age is 17, less than 18. The date of birth can be corrected at any office."],
    )


def test_what_is_not_known_is_asked_for() -> None:
    assert words(Rule(Person, Not(AtLeast("age", 60))), Person()) == (
        False,
        ["It is not known: Age. The date of birth can be corrected at any office."],
    )


def test_no_alternative_holds() -> None:
    allowed, reasons = words(GROWN_UP_CONTACT, Person(age=20, is_contact=False))
    assert not allowed
    assert reasons == ["Close contact with a case: no.", "It is not known: Last day of contact."]


def test_the_programme_may_say_it_in_its_own_words() -> None:
    rule = Rule(Person, OneOf("section", ["33", "39"], no="You are insured under section %(value)s."))
    assert words(rule, Person(section="40")) == (False, ["You are insured under section 40."])


def test_codes_of_reasons_are_stable() -> None:
    verdict = Rule(Person, AllOf(AtLeast("age", 18), IsTrue("is_contact"))).verdict(Person(age=17))
    assert [reason.code for reason in verdict.reasons] == ["age_too_little", "is_contact_unknown"]


def test_a_rule_that_names_no_fact_of_the_dataclass_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="no fact height"):
        Rule(Person, AtLeast("height", 1))
    with pytest.raises(ValueError, match="no path is given for the fact age"):
        GROWN_UP_CONTACT.as_q({"is_contact": "x", "last_seen": "y"})
    with pytest.raises(TypeError, match="no dataclass"):
        Rule(int, AtLeast("age", 1))


def test_an_empty_choice_is_nobody_and_no_condition_is_everybody() -> None:
    assert Rule(Person, AllOf()).as_q({}) == ~Q(pk__in=[])
    assert Rule(Person, AnyOf()).as_q({}) == Q(pk__in=[])
