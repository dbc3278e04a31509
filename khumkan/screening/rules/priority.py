"""Who is tested first, and by which method."""

from collections.abc import Iterator
from dataclasses import dataclass

from khumkan.kernel.errors import Reason
from khumkan.screening.choices import Ground, Method, Risk
from khumkan.screening.rules.answers import Answers
from khumkan.screening.rules.reasons import reason
from khumkan.screening.terms.registrations import RegistrationTerms


@dataclass(frozen=True)
class Priority:
    """How soon: more points are sooner; between equal points the longer wait."""

    points: int
    reasons: tuple[Reason, ...]


def priority_of(ground: Ground, answers: Answers, *, age: int | None, terms: RegistrationTerms) -> Priority:
    """Add up the points of a person.

    :param age: full years on the day of registering, where the birth date is known.
    """
    parts = list(_parts(ground, answers, age, terms))
    return Priority(sum(points for points, _ in parts), tuple(why for points, why in parts if points or not why.params))


def priority_again(points: int, *, terms: RegistrationTerms) -> Priority:
    """Return the priority of somebody whose specimen was lost or spoiled, and the reason that is added.

    :param points: what the person had before.
    """
    return Priority(points + terms.points_again, (reason("first_again", points=terms.points_again),))


def _parts(ground: Ground, answers: Answers, age: int | None, terms: RegistrationTerms) -> Iterator[tuple[int, Reason]]:
    for_ground = {
        Ground.CONTACT: terms.points_contact,
        Ground.SYMPTOMS: terms.points_symptoms,
        Ground.HIGH_RISK: terms.points_high_risk,
        Ground.CONFIRM: terms.points_confirm,
        Ground.REPEAT: terms.points_repeat,
    }
    if ground not in for_ground:
        yield 0, reason("first_drawn")
    else:
        yield for_ground[ground], reason(f"first_{ground.value}", points=for_ground[ground])
    if answers.symptoms and ground is not Ground.SYMPTOMS:
        yield terms.points_symptoms, reason("first_symptoms", points=terms.points_symptoms)
    if age is not None and age >= terms.elderly_from_age:
        yield terms.points_elderly, reason("first_age", age=terms.elderly_from_age, points=terms.points_elderly)
    counts = (
        (answers.pregnant, "first_pregnant", terms.points_pregnant),
        (answers.illness, "first_illness", terms.points_illness),
        (Risk.MEETS_MANY in answers.risks, "first_meets_many", terms.points_meets_many),
        (Risk.CROWDED_HOME in answers.risks, "first_crowded_home", terms.points_crowded_home),
    )
    yield from ((points, reason(code, points=points)) for holds, code, points in counts if holds)


def method_for(
    ground: Ground, *, age: int | None, days_since_contact: int | None, terms: RegistrationTerms
) -> tuple[Method, Reason]:
    """Say by which method a person is tested, and why.

    :param age: full years on the day, where the birth date is known.
    :param days_since_contact: full days since the person last met a case.
    """
    if ground in (Ground.CONFIRM, Ground.REPEAT):
        return Method.PCR, reason("method_confirm" if ground is Ground.CONFIRM else "method_ground")
    by_ground = {Ground.CONTACT: terms.method_contact, Ground.SYMPTOMS: terms.method_symptoms}
    method = by_ground.get(ground, terms.method_high_risk)
    if method is Method.PCR:
        return method, reason("method_ground")
    if age is not None and age < terms.rapid_from_age:
        return Method.PCR, reason("method_child", age=terms.rapid_from_age)
    if (
        ground is Ground.CONTACT
        and days_since_contact is not None
        and days_since_contact < terms.rapid_after_contact_days
    ):
        return Method.PCR, reason("method_early", days=terms.rapid_after_contact_days)
    return method, reason("method_ground")
