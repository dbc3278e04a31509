"""What is known of somebody who registers: one query for one person, annotations for a whole list."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import (
    BooleanField,
    Case,
    DateField,
    Expression,
    F,
    Func,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce, TruncDate

from khumkan.kernel import clock, prepared
from khumkan.kernel.dates import age_on
from khumkan.kernel.errors import Missing
from khumkan.screening.models import Registration, Specimen
from khumkan.screening.rules.answers import Answers
from khumkan.screening.rules.eligibility import NEVER, Applicant
from khumkan.screening.states import LIVE_REGISTRATIONS, ResultState, SpecimenState

#: Which annotation of `with_facts` holds which fact.
PATHS = {
    "section": "person__section",
    "days_since_contact": "days_since_contact",
    "days_since_symptoms": "days_since_symptoms",
    "has_risk": "has_risk",
    "days_since_test": "days_since_test",
    "days_since_positive": "days_since_positive",
    "is_newly_ill": "is_newly_ill",
}
LIVE = [str(state) for state in LIVE_REGISTRATIONS]
_STATEMENT = """
SELECT p.section, p.birth_date, p.province_code, p.district_code, p.died_on,
       coalesce(t.latitude, d.latitude, v.latitude), coalesce(t.longitude, d.longitude, v.longitude),
       (SELECT taken_at FROM screening_specimen WHERE person_id = p.id AND state <> 'spoiled'
        ORDER BY taken_at DESC LIMIT 1),
       (SELECT max(s.taken_at) FROM screening_specimen s JOIN screening_result r ON r.specimen_id = s.id
        WHERE s.person_id = p.id AND r.state = 'released' AND r.outcome = 'positive'),
       (SELECT reference FROM screening_registration WHERE person_id = p.id AND state = ANY(%(live)s)),
       (SELECT employer_id FROM registry_employment WHERE person_id = p.id AND started_on <= %(today)s
        AND (ended_on IS NULL OR ended_on >= %(today)s) ORDER BY started_on DESC LIMIT 1)
FROM registry_person p
LEFT JOIN places_subdistrict t ON t.code = p.subdistrict_code
LEFT JOIN places_district d ON d.code = p.district_code
LEFT JOIN places_province v ON v.code = p.province_code
WHERE p.id = %(person)s
"""


@dataclass(frozen=True, slots=True)
class Home:
    """Roughly where somebody lives: the middle of the smallest area that has coordinates, or none."""

    province_code: str
    district_code: str
    latitude: float | None
    longitude: float | None


@dataclass(frozen=True, slots=True)
class Known:
    """What the register and the earlier tests say of a person.

    :param tested_at: when the last specimen was taken that could be used; one that was lost or invalid tested nothing.
    :param live_reference: the registration that the person has under way, or nothing.
    :param employer_id: where the person works on this day; of several, the latest begun.
    """

    section: int | None
    birth_date: date | None
    home: Home
    tested_at: datetime | None
    positive_at: datetime | None
    live_reference: str | None
    employer_id: int | None

    def age_on(self, day: date) -> int | None:
        """Return the full years lived on a day, where the birth date is known."""
        return None if self.birth_date is None else age_on(self.birth_date, day)


def known_of(person_id: int) -> Known:
    """Look a person up. One query.

    :raises Missing: when there is no such person, or the person has died.
    """
    today = clock.today()
    found = prepared.rows(_STATEMENT, {"person": person_id, "today": today, "live": LIVE})
    if not found or found[0][4] is not None:
        raise Missing("no such insured person")
    section, birth_date, province, district, _, latitude, longitude, *rest = found[0]
    return Known(section, birth_date, Home(province, district, latitude, longitude), *rest)


def applicant(known: Known, answers: Answers, *, on: date) -> Applicant:
    """Return the facts on which eligibility rests, on a day."""
    tested_on = clock.bangkok(known.tested_at).date() if known.tested_at else None
    positive_on = clock.bangkok(known.positive_at).date() if known.positive_at else None
    return Applicant(
        section=known.section,
        days_since_contact=(on - answers.met_on).days if answers.met_on else None,
        days_since_symptoms=(on - answers.since).days if answers.since else None,
        has_risk=bool(answers.risks or answers.pregnant or answers.illness),
        days_since_test=(on - tested_on).days if tested_on else NEVER,
        days_since_positive=(on - positive_on).days if positive_on else NEVER,
        is_newly_ill=answers.since is not None and (tested_on is None or answers.since >= tested_on),
    )


def with_facts(rows: "QuerySet[Registration]", *, on: date) -> "QuerySet[Registration]":
    """Annotate registrations with the same facts, under the names in `PATHS`."""
    taken = Specimen.objects.filter(person=OuterRef("person")).order_by("-taken_at").values("taken_at")
    tests = taken.exclude(state=SpecimenState.SPOILED)
    positives = taken.filter(results__state=ResultState.RELEASED, results__outcome="positive")
    return rows.annotate(
        since=Cast(KT("answers__since"), DateField()),
        tested_on=TruncDate(Subquery(tests[:1]), tzinfo=clock.BANGKOK),
        positive_on=TruncDate(Subquery(positives[:1]), tzinfo=clock.BANGKOK),
        days_since_contact=_days(on, Cast(KT("answers__met_on"), DateField())),
        days_since_symptoms=_days(on, Cast(KT("answers__since"), DateField())),
        has_risk=_yes(Q(answers__has_any_keys=["risks", "pregnant", "illness"])),
        days_since_test=Coalesce(_days(on, F("tested_on")), NEVER),
        days_since_positive=Coalesce(_days(on, F("positive_on")), NEVER),
        is_newly_ill=_yes(Q(since__isnull=False) & (Q(tested_on__isnull=True) | Q(since__gte=F("tested_on")))),
    )


def _days(on: date, day: Expression | F) -> Func:
    today = Cast(Value(on), DateField())
    return Func(today, day, template="(%(expressions)s)", arg_joiner=" - ", output_field=IntegerField())


def _yes(condition: Q) -> Case:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
