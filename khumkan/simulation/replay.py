"""Recorded waves, replayed through the public actions: persons register, come, are tested, resulted and told.

On each recorded day each recorded province gets a session at its own site. As many persons as the recording has cases
are found infected; at least as many others are not. Nobody is tested twice. What the officers' page then shows is
compared with the input, day by day and province by province.
"""

import csv
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, time, timedelta

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.places.models import Site
from khumkan.record.inline import run_jobs
from khumkan.screening.actions import manifests, result_files, sessions, visits
from khumkan.screening.actions.registrations import registering
from khumkan.screening.choices import Channel, Ground, Method, Outcome, Symptom
from khumkan.screening.models import Registration, Session
from khumkan.screening.queries import figures
from khumkan.screening.queries.figures import Clock, Lens, Part
from khumkan.screening.rules.answers import Answers
from khumkan.screening.views.figures import CASES, part_table
from khumkan.simulation.recorded import Recording
from khumkan.ui.tables import csv_response

OPENS, CLOSES = time(8), time(16)
BY = Actor.system("replay")
Progress = Callable[[str, int, int], None]


@dataclass
class Replayed:
    """What a replay did."""

    days: int = 0
    provinces: int = 0
    replayed: int = 0
    tested: int = 0
    mismatches: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Stage:
    """Where a replay takes place.

    :param sites: the testing site of each province, by its code.
    :param people: persons of each province who were never tested, by its code.
    :param others_per_case: how many are not infected for each who is; at least one, so that a zero is a zero.
    """

    sites: dict[str, Site]
    laboratory: Site
    people: dict[str, Iterator[int]]
    others_per_case: int = 1


def replay(recording: Recording, stage: Stage, *, progress: Progress) -> Replayed:
    """Replay all days of a recording, oldest first, and compare."""
    done = Replayed(provinces=len({code for day in recording.cases.values() for code in day}))
    for number, (day, provinces) in enumerate(sorted(recording.cases.items()), start=1):
        with clock.set_to(clock.at(day, time(9))):
            done.tested += _test_day(day, provinces, stage)
        run_jobs()
        done.days = number
        progress(day.isoformat(), number, len(recording.cases))
    done.replayed, done.mismatches = compare(recording)
    return done


def compare(recording: Recording) -> tuple[int, list[str]]:
    """Hold what officers see against the input: the counters, and the file of the officers' page for each day.

    :returns: the cases shown, and a line for each day and province where the three are not the same.
    """
    days = sorted(recording.cases)
    if not days:
        return 0, []
    lens = Lens(first=days[0], last=days[-1], clock=Clock.HAPPENED)
    counted = {key: found.cases for key, found in figures.by_day_and_province(BY, lens).items()}
    wanted = {(day, code): count for day in days for code, count in recording.cases[day].items()}
    page = {(day, code): count for day in days for code, count in _page_of(day).items()}
    different = [
        f"{key[0]} {key[1]}: recorded {wanted.get(key)}, counted {counted.get(key)}, on the page {page.get(key)}"
        for key in sorted(wanted.keys() | counted.keys() | page.keys())
        if not wanted.get(key) == counted.get(key) == page.get(key)
    ]
    return sum(page.values()), different


def _page_of(day: date) -> dict[str, int]:
    """Return the new cases of each province in the file that officers get for one day."""
    codes = {name: code for code, name in figures.provinces(BY)}
    table = part_table(BY, Lens(first=day, last=day, clock=Clock.HAPPENED), Part.PROVINCE)
    cases = [column.value for column in table.columns].index(CASES)
    lines = list(csv.reader(csv_response(table, "testing").content.decode("utf-8-sig").splitlines()))
    return {codes.get(line[0], line[0]): int(line[cases]) for line in lines[1:]}


def _test_day(day: date, provinces: dict[str, int], stage: Stage) -> int:
    lines = ["specimen,result"]
    for code, cases in sorted(provinces.items()):
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
        lines += _take(session, infected, healthy, stage.laboratory)
    with clock.set_to(clock.at(day, time(18))):
        read = result_files.import_file(
            laboratory_id=stage.laboratory.pk, file="\n".join(lines).encode(), name=f"results-{day}.csv", by=BY
        )
    if read.accepted != len(lines) - 1:
        raise RuntimeError(f"{day}: {read.accepted} of {len(lines) - 1} results were accepted")
    return len(lines) - 1


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
