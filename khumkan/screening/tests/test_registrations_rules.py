"""Who may register, who comes first, by which method, and what somebody who waits is told."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.turns import turn
from khumkan.screening.choices import Ground, Method, Risk, Symptom
from khumkan.screening.models import Registration
from khumkan.screening.queries import applicants
from khumkan.screening.rules import reasons, waiting
from khumkan.screening.rules.answers import Answers
from khumkan.screening.rules.eligibility import NEVER, Applicant, eligible, rule_for
from khumkan.screening.rules.priority import method_for, priority_of
from khumkan.screening.terms.registrations import RegistrationTerms
from khumkan.screening.tests.registering import people

TERMS = RegistrationTerms()
REGISTERING = (Ground.CONTACT, Ground.SYMPTOMS, Ground.HIGH_RISK)
days = st.none() | st.integers(-2, 40)
people_asking = st.builds(
    Applicant,
    section=st.sampled_from([None, 33, 39, 40]),
    days_since_contact=days,
    days_since_symptoms=days,
    has_risk=st.booleans(),
    days_since_test=st.just(NEVER) | st.integers(0, 10),
    days_since_positive=st.just(NEVER) | st.integers(0, 120),
    is_newly_ill=st.booleans(),
)
all_answers = st.builds(
    Answers,
    met_on=st.none() | st.dates(date(2021, 1, 1), date(2021, 12, 31)),
    symptoms=st.lists(st.sampled_from(Symptom), unique=True).map(tuple),
    since=st.none() | st.dates(date(2021, 1, 1), date(2021, 12, 31)),
    risks=st.lists(st.sampled_from(Risk), unique=True).map(tuple),
    pregnant=st.booleans(),
    illness=st.booleans(),
)


@given(people_asking, st.sampled_from(REGISTERING))
def test_every_verdict_has_reasons_in_words_without_gaps(asking: Applicant, ground: Ground) -> None:
    verdict = eligible(ground, asking, terms=TERMS)
    assert verdict.reasons
    assert all("%(" not in str(why) for why in verdict.reasons)
    if verdict:
        kept = reasons.stored(verdict.reasons)
        assert [str(why) for why in reasons.read(kept)] == [
            str(why) for why in verdict.reasons if why.text in reasons.CODES
        ]
        assert kept[0]["code"] == "insured"


@given(people_asking)
def test_nobody_without_insurance_may_register(asking: Applicant) -> None:
    for ground in Ground:
        assert not eligible(ground, Applicant(**{**asking.__dict__, "section": None}), terms=TERMS)


@given(people_asking, st.integers(1, 20))
def test_a_longer_time_since_the_contact_never_helps(asking: Applicant, more: int) -> None:
    if (asking.days_since_contact or -1) < 0:
        return
    later = Applicant(**{**asking.__dict__, "days_since_contact": (asking.days_since_contact or 0) + more})
    if eligible(Ground.CONTACT, later, terms=TERMS):
        assert eligible(Ground.CONTACT, asking, terms=TERMS)


@given(all_answers, st.none() | st.integers(0, 100))
def test_more_reasons_never_mean_fewer_points(answers: Answers, age: int | None) -> None:
    alone = priority_of(Ground.CONTACT, Answers(), age=age, terms=TERMS)
    found = priority_of(Ground.CONTACT, answers, age=age, terms=TERMS)
    assert found.points >= alone.points
    assert found.points == sum(int(str(why.params["points"])) for why in found.reasons)


def test_contacts_come_before_symptoms_before_risk() -> None:
    contact, symptoms, risk = (priority_of(ground, Answers(), age=30, terms=TERMS).points for ground in REGISTERING)
    assert contact > symptoms > risk


@pytest.mark.parametrize(
    ("day", "ground", "since_contact", "age", "method"),
    [
        (date(2021, 4, 20), Ground.CONTACT, 1, 40, Method.PCR),
        (date(2021, 4, 20), Ground.SYMPTOMS, None, 40, Method.PCR),
        (date(2021, 8, 20), Ground.SYMPTOMS, None, 40, Method.RAPID),
        (date(2021, 8, 20), Ground.CONTACT, 9, 40, Method.PCR),
        (date(2022, 3, 5), Ground.CONTACT, 9, 40, Method.RAPID),
        (date(2022, 3, 5), Ground.CONTACT, 1, 40, Method.PCR),
        (date(2022, 3, 5), Ground.HIGH_RISK, None, 1, Method.PCR),
        (date(2022, 3, 5), Ground.CONFIRM, None, 40, Method.PCR),
    ],
)
@pytest.mark.django_db
def test_the_method_follows_the_terms_of_the_day(
    day: date, ground: Ground, since_contact: int | None, age: int, method: Method
) -> None:
    terms = policies.in_force(RegistrationTerms, on=day)
    found, why = method_for(ground, age=age, days_since_contact=since_contact, terms=terms)
    assert found is method
    assert str(why)


@given(all_answers)
def test_answers_survive_storing(answers: Answers) -> None:
    assert Answers.from_json(answers.to_json()) == answers


@given(st.integers(0, 5_000), st.floats(0, 500, allow_nan=False))
def test_what_is_told_contains_the_truth(before: int, places: float) -> None:
    told = turn(before)
    assert told.low <= before
    assert told.high is None or before <= told.high
    expected = waiting.wait(before, places_a_day=places)
    if expected is not None:
        assert expected.low <= expected.high
        assert expected.low * places >= before - places


@pytest.mark.django_db
def test_the_set_query_agrees_with_the_single_verdict() -> None:
    """Registrations with all kinds of answers: the query keeps exactly those whom the verdict allows."""
    today = clock.today()
    cases = [
        Answers(
            met_on=today - timedelta(days=back) if back is not None else None,
            since=today - timedelta(days=ill) if ill is not None else None,
            symptoms=(Symptom.FEVER,) if ill is not None else (),
            risks=(Risk.CARE,) if risk else (),
        )
        for back in (None, 0, 13, 14, 15)
        for ill in (None, 0, 14, 15)
        for risk in (False, True)
    ]
    for section in (33, None):
        for person, answers in zip(people(len(cases), section=section), cases, strict=True):
            Registration.objects.create(
                reference=f"T-{person.pk}", person=person, state="waiting", ground="contact", channel="self",
                method="pcr", priority=1, answers=answers.to_json(), terms_version=1, waiting_because="no_room",
                registered_at=clock.now(),
            )  # fmt: skip
    for ground in REGISTERING:
        rows = applicants.with_facts(Registration.objects.all(), on=today)
        kept = set(rows.filter(rule_for(ground, TERMS).as_q(applicants.PATHS)).values_list("pk", flat=True))
        allowed = {
            row.pk
            for row in Registration.objects.all()
            if eligible(
                ground,
                applicants.applicant(applicants.known_of(row.person_id), Answers.from_json(row.answers), on=today),
                terms=TERMS,
            )
        }
        assert kept == allowed
        assert allowed
        assert len(allowed) < len(cases) * 2
