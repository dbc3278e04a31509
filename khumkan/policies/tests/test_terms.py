"""Terms: typed values to JSON and back, versions in force, two officers, rows that nobody can change."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from enum import StrEnum

import pytest
from django.db import DatabaseError, IntegrityError, connection, transaction
from django.utils import translation
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import DjangoAssertNumQueries

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor, ActorKind, Grant, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.policies import actions, lookup
from khumkan.policies.models import Decision, Proposal, TermsVersion
from khumkan.policies.terms import Terms, amended, check_limits, from_json, kind_of, term, terms, to_json


class Colour(StrEnum):
    GREEN = "green"
    YELLOW = "yellow"


@dataclass(frozen=True, kw_only=True)
class Band:
    most_staff: int | None
    cap: Decimal


@terms("tests.sample", title="Sample", since=date(2021, 4, 17), source="Gazette 1", dropped=("forgotten",))
@dataclass(frozen=True, kw_only=True)
class Sample(Terms):
    nights: int = term("Nights", default=14, at_least=1, at_most=60)
    rate: Decimal = term("Rate, percent", default=Decimal("3.00"), at_least=Decimal(0))
    until: date | None = term("Last day", default=None)
    deadline: timedelta = term("Deadline", default=timedelta(hours=3))
    colours: frozenset[Colour] = term("Colours", default=frozenset({Colour.GREEN}))
    weights: Mapping[str, int] = term("Weights", default={"C": 3})
    bands: tuple[Band, ...] = term("Bands", default=(Band(most_staff=50, cap=Decimal(5)),))
    is_strict: bool = term("Strict", default=True)
    note: str = term("Note", default="", before="none yet")


amended(Sample, since=date(2021, 5, 1), why="Shorter stay", source="Gazette 2", nights=10)


def officer(user_id: int, scope: ScopeKind = ScopeKind.NATIONAL) -> Actor:
    return Actor(ActorKind.STAFF, user_id, frozenset({Grant(Role.OFFICER, scope)}))


ANNE, BOON = officer(1), officer(2)
TODAY = clock.today()


samples = st.builds(
    Sample,
    nights=st.integers(1, 60),
    rate=st.decimals(0, 100, places=2),
    until=st.none() | st.dates(),
    deadline=st.integers(0, 10**7).map(lambda seconds: timedelta(seconds=seconds)),
    colours=st.frozensets(st.sampled_from(Colour)),
    weights=st.dictionaries(st.text(max_size=3), st.integers()),
    bands=st.lists(
        st.builds(Band, most_staff=st.none() | st.integers(), cap=st.decimals(0, 9, places=2)), max_size=3
    ).map(tuple),
    is_strict=st.booleans(),
    note=st.text(),
)


@given(samples)
def test_what_is_stored_is_read_back(values: Sample) -> None:
    assert from_json(Sample, to_json(values)) == values
    check_limits(values)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"nights": "14"}, "“nights” must be a whole number."),
        ({"nights": True}, "“nights” must be a whole number."),
        ({"nights": 14.5}, "“nights” must be a whole number."),
        ({"rate": 3}, "“rate” must be a number such as 2.75."),
        ({"rate": "NaN"}, "“rate” must be a number such as 2.75."),
        ({"until": "31/12/2021"}, "“until” must be a date such as 2021-08-16."),
        ({"deadline": "3 hours"}, "“deadline” must be a length of time such as P14D or PT3H."),
        ({"colours": "green"}, "“colours” must be a list."),
        ({"colours": ["blue"]}, "“colours, 1” must be one of the listed choices."),
        ({"weights": []}, "“weights” must be a table of names and values."),
        ({"weights": {"C": "3"}}, "“weights, C” must be a whole number."),
        ({"bands": [{"most_staff": 1}]}, "The value “bands, 1, cap” is missing."),
        ({"bands": [{"most_staff": 1, "cap": "5", "floor": 1}]}, "“bands, 1” has no part called “floor”."),
        ({"is_strict": 1}, "“is_strict” must be yes or no."),
        ({"nihgts": 14}, "These terms have no value called “nihgts”."),
    ],
)
def test_what_does_not_fit_is_refused_in_words(change: dict[str, object], words: str) -> None:
    with pytest.raises(Refused) as refusal, translation.override("en"):
        from_json(Sample, to_json(Sample()) | change)
    with translation.override("en"):
        assert str(refusal.value) == words


def test_a_missing_value_is_refused_unless_it_came_later() -> None:
    stored = to_json(Sample())
    del stored["note"]
    assert from_json(Sample, stored | {"forgotten": 1}).note == "none yet"
    del stored["nights"]
    with pytest.raises(Refused) as refusal:
        from_json(Sample, stored)
    assert refusal.value.code == "terms_missing_field"


def test_values_outside_their_limits_are_refused() -> None:
    for wrong in (replace(Sample(), nights=0), replace(Sample(), nights=61), replace(Sample(), rate=Decimal(-1))):
        with pytest.raises(Refused):
            check_limits(wrong)


def test_a_float_is_no_threshold() -> None:
    with pytest.raises(TypeError, match="terms cannot hold"):

        @terms("tests.float", title="Float", since=TODAY, source="none")
        @dataclass(frozen=True, kw_only=True)
        class Float(Terms):
            share: float = term("Share", default=0.1)


def test_an_undeclared_class_has_no_terms() -> None:
    @dataclass(frozen=True, kw_only=True)
    class Loose(Terms):
        pass

    with pytest.raises(LookupError):
        kind_of(Loose)


def propose(by: Actor = ANNE, effective_from: date = TODAY, **changes: object) -> Proposal:
    values = replace(policies.in_force(Sample, on=TODAY), **changes or {"nights": 7})  # type: ignore[arg-type]
    return actions.propose(values=values, effective_from=effective_from, why="Less time", source="Order 3", by=by)


@pytest.mark.django_db
class TestVersions:
    def test_the_version_in_force_depends_on_the_day(self) -> None:
        assert (policies.in_force(Sample, on=date(2021, 4, 30)).nights, 14) == (14, 14)
        newer = policies.in_force(Sample, on=date(2021, 5, 1))
        assert (newer.nights, newer.version) == (10, 2)
        assert policies.version(Sample, 1).nights == 14
        assert [one.number for one in policies.history(Sample)] == [2, 1]

    def test_before_the_first_day_there_are_no_terms(self) -> None:
        with pytest.raises(Refused) as refusal:
            policies.in_force(Sample, on=date(2021, 4, 16))
        assert refusal.value.code == "terms_none"
        with pytest.raises(Missing):
            policies.version(Sample, 99)
        with pytest.raises(Missing):
            lookup.history_of("tests.unknown")

    def test_reading_is_one_query(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        actions.seed()
        for _ in range(2):
            with django_assert_num_queries(1):
                policies.in_force(Sample, on=TODAY)

    def test_seeding_twice_changes_nothing(self) -> None:
        assert actions.seed() > 0
        assert actions.seed() == 0
        assert TermsVersion.objects.filter(kind="tests.sample").count() == 2

    def test_a_second_officer_makes_it_count(self) -> None:
        proposal = propose()
        assert policies.in_force(Sample, on=TODAY).version == 2
        version = actions.approve(proposal_id=proposal.pk, by=BOON)
        found = policies.in_force(Sample, on=TODAY)
        assert (found.version, found.nights) == (version.number, 7) == (3, 7)
        assert (version.proposed_by, version.approved_by) == (1, 2)
        assert policies.in_force(Sample, on=TODAY - timedelta(days=1)).version == 2
        assert policies.version(Sample, 2).nights == 10

    def test_nothing_read_before_is_served_after_an_approval(self) -> None:
        for nights in (7, 8, 9):
            policies.in_force(Sample, on=TODAY)
            actions.approve(proposal_id=propose(nights=nights).pk, by=BOON)
            assert policies.in_force(Sample, on=TODAY).nights == nights

    def test_a_number_used_again_after_a_rollback_is_read_anew(self) -> None:
        for nights in (7, 8):
            point = transaction.savepoint()
            actions.approve(proposal_id=propose(nights=nights).pk, by=BOON)
            found = policies.in_force(Sample, on=TODAY)
            assert (found.version, found.nights) == (3, nights)
            transaction.savepoint_rollback(point)

    def test_terms_for_a_later_day_wait_for_it(self) -> None:
        tomorrow = TODAY + timedelta(days=1)
        actions.approve(proposal_id=propose(effective_from=tomorrow).pk, by=BOON)
        assert policies.in_force(Sample, on=TODAY).version == 2
        assert policies.in_force(Sample, on=tomorrow).version == 3

    def test_nobody_decides_alone_or_twice(self) -> None:
        proposal = propose()
        for by in (ANNE, officer(3, ScopeKind.PROVINCE), Actor.person(4), Actor.system("x")):
            with pytest.raises(Refused):
                actions.approve(proposal_id=proposal.pk, by=by)
        actions.reject(proposal_id=proposal.pk, why="Not agreed", by=BOON)
        with pytest.raises(Refused) as refusal:
            actions.approve(proposal_id=proposal.pk, by=officer(3))
        assert refusal.value.code == "terms_decided"
        assert policies.in_force(Sample, on=TODAY).version == 2
        with pytest.raises(Missing):
            actions.approve(proposal_id=0, by=BOON)

    def test_a_proposal_must_make_sense(self) -> None:
        now = policies.in_force(Sample, on=TODAY)
        good = {"effective_from": TODAY, "why": "w", "source": "s", "by": ANNE, "values": replace(now, nights=7)}
        for wrong in (
            {"values": now},
            {"values": replace(now, nights=0)},
            {"effective_from": TODAY - timedelta(days=1)},
            {"why": " "},
            {"source": ""},
            {"by": Actor.person(1)},
        ):
            with pytest.raises(Refused):
                actions.propose(**good | wrong)  # type: ignore[arg-type]
        with pytest.raises(Refused):
            actions.reject(proposal_id=propose().pk, why="", by=BOON)

    def test_differences_name_the_value(self) -> None:
        (change,) = policies.diff(policies.version(Sample, 1), policies.version(Sample, 2))
        assert (change.term.name, change.old, change.new) == ("nights", 14, 10)

    def test_all_kinds_in_one_query(self, django_assert_num_queries: DjangoAssertNumQueries) -> None:
        actions.seed()
        with django_assert_num_queries(1):
            assert lookup.in_force_now(TODAY)["tests.sample"] == (2, date(2021, 5, 1))

    def test_the_database_refuses_to_change_the_past(self) -> None:
        actions.approve(proposal_id=propose().pk, by=BOON)
        for model in (Proposal, Decision, TermsVersion):
            with pytest.raises(DatabaseError, match="added and never changed"), transaction.atomic():
                model.objects.update(why="other")
            with pytest.raises(DatabaseError, match="added and never changed"), transaction.atomic():
                connection.cursor().execute(f"DELETE FROM {model._meta.db_table}")

    def test_the_database_refuses_one_officer_alone(self) -> None:
        proposal = propose()
        with pytest.raises(IntegrityError, match="two_officers"), transaction.atomic():
            TermsVersion.objects.create(
                kind="tests.sample", number=9, effective_from=TODAY, values={}, why="w", source="s",
                proposal=proposal, proposed_by=1, approved_by=1,
            )  # fmt: skip
