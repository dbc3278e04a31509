"""One recorded day of testing: persons register, or are drawn at their workplace, come, are swabbed and resulted."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.places.models import Site
from khumkan.screening.actions import manifests, result_files, sessions, visits
from khumkan.screening.actions.registrations import registering
from khumkan.screening.actions.rounds import announcing, drawing, freezing, planning
from khumkan.screening.choices import Channel, Ground, Method, Outcome, Symptom
from khumkan.screening.models import Registration, Session
from khumkan.screening.rules.answers import Answers
from khumkan.screening.rules.sampling import Design, SizeRule
from khumkan.screening.states import RegistrationState

PLANS, TESTS, RESULTS = time(7), time(9), time(18)
OPENS, CLOSES = time(8), time(16)
BY = Actor.system("replay")


@dataclass(frozen=True)
class Workplace:
    """An enterprise whose workers are drawn on one day.

    :param drawn: how many of its workers, and `cases` how many of those are found infected: they are part of the
        recorded number of the day and province.
    """

    employer_id: int
    drawn: int
    cases: int


@dataclass(frozen=True)
class Stage:
    """Where a replay takes place.

    :param sites: the testing site of each province, by its code.
    :param people: persons of each province who were never tested, by its code.
    :param others_per_case: how many are not infected for each who is; at least one, so that a zero is a zero.
    :param workplaces: by day and province, where some of the persons are drawn at a workplace.
    """

    sites: dict[str, Site]
    laboratory: Site
    people: dict[str, Iterator[int]]
    others_per_case: int = 1
    workplaces: Mapping[tuple[date, str], Workplace] = field(default_factory=dict)


def live(day: date, provinces: Mapping[str, int], stage: Stage) -> int:
    """Test people on one day until as many are found in each province as were recorded; return how many were tested.

    :raises RuntimeError: when a result was not accepted.
    """
    lines = ["specimen,result"]
    for code, cases in sorted(provinces.items()):
        workplace = stage.workplaces.get((day, code))
        if workplace is not None:
            lines += _drawn(workplace, day, code, stage.laboratory)
        with clock.set_to(clock.at(day, TESTS)):
            lines += _registered(code, cases - (workplace.cases if workplace else 0), day, stage)
    with clock.set_to(clock.at(day, RESULTS)):
        read = result_files.import_file(
            laboratory_id=stage.laboratory.pk, file="\n".join(lines).encode(), name=f"results-{day}.csv", by=BY
        )
    if read.accepted != len(lines) - 1:
        raise RuntimeError(f"{day}: {read.accepted} of {len(lines) - 1} results were accepted")
    return len(lines) - 1


def _registered(code: str, cases: int, day: date, stage: Stage) -> list[str]:
    """Let persons register themselves, and return the lines of the laboratory."""
    others = max(1, cases * stage.others_per_case)
    session = sessions.open_session(
        site_id=stage.sites[code].pk,
        day=day,
        starts=OPENS,
        ends=CLOSES,
        places=cases + others,
        method=Method.PCR,
        is_public=True,
        by=BY,
    )
    infected = [_register(next(stage.people[code]), session, day) for _ in range(cases)]
    healthy = [_register(next(stage.people[code]), session, day) for _ in range(others)]
    return _take(session, infected, healthy, stage.laboratory)


def _drawn(workplace: Workplace, day: date, code: str, laboratory: Site) -> list[str]:
    """Draw workers of an enterprise in a round of its own and test them there; return the lines of the laboratory."""
    with clock.set_to(clock.at(day, PLANS)):
        session = _round(workplace, day, code)
    with clock.set_to(clock.at(day, TESTS)):
        booked = session.registrations.filter(state=RegistrationState.BOOKED)
        there = list(booked.order_by("pk"))
        if len(there) != workplace.drawn:
            raise RuntimeError(f"{day}: {len(there)} of {workplace.drawn} drawn workers have a place")
        return _take(session, there[: workplace.cases], there[workplace.cases :], laboratory)


def _round(workplace: Workplace, day: date, code: str) -> Session:
    plan = planning.Plan(
        title=f"สุ่มตรวจสถานประกอบการ {day}", province_code=code, method=Method.PCR, first_day=day, last_day=day
    )
    design = Design(rule=SizeRule.NUMBER, number=workplace.drawn)
    made = planning.plan(plan=plan, design=design, employer_ids=[workplace.employer_id], by=BY)
    freezing.freeze(round=made, by=BY)
    drawing.draw(round=made, by=BY)
    arrangement = announcing.Arrangement(site_id=None, first_day=day, last_day=day, per_day=workplace.drawn)
    announcing.arrange(round=made, arrangement=arrangement, by=BY)
    announcing.announce(round=made, by=BY)
    return Session.objects.get(round=made)


def _register(person_id: int, session: Session, day: date) -> Registration:
    ill = person_id % 2 == 0
    return registering.register(
        person_id=person_id,
        ground=Ground.SYMPTOMS if ill else Ground.CONTACT,
        answers=Answers(symptoms=(Symptom.COUGH,), since=day - timedelta(days=2))
        if ill
        else Answers(met_on=day - timedelta(days=5)),
        channel=Channel.SELF,
        method=Method.PCR,
        session_id=session.pk,
        by=Actor.person(person_id),
    )


def _take(
    session: Session, infected: Sequence[Registration], healthy: Sequence[Registration], laboratory: Site
) -> list[str]:
    ids = [registration.pk for registration in (*infected, *healthy)]
    visits.check_in_many(session=session, registration_ids=ids, by=BY)
    specimens = visits.take_specimens(session=session, registration_ids=ids, by=BY)
    box = manifests.close_box(session=session, laboratory=laboratory, by=BY)
    manifests.receive(manifest=box, by=BY)
    positive = {registration.pk for registration in infected}
    return [
        f"{each.code},{(Outcome.POSITIVE if each.registration_id in positive else Outcome.NEGATIVE).value}"
        for each in specimens
    ]
