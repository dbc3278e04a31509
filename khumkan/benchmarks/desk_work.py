"""The work of 200 agents on cases, ten acts a minute each, beside a bare booking at the same rate on the same server.

Of ten acts two look at a caller's file, two at a case, two open a case, two note something, one closes a case, and one
lets it wait. Latency counts from when an act was due, so that no queue hides.
"""

import secrets
from collections.abc import Iterator, Sequence

from khumkan.benchmarks import Result, agents, bare, load, signed_in
from khumkan.benchmarks.agents import Agent
from khumkan.benchmarks.load import Report
from khumkan.benchmarks.server import serving
from khumkan.hotline.choices import Closed, Reason, Spoken, Thing
from khumkan.hotline.models import Case, CaseStep

PERSONS = 100_000
#: Minutes that are measured, and acts of an agent in one.
MINUTES, ACTS = 1, 10
SLOWEST_SECONDS = 0.3
#: Callers of an agent who have a case when the measurement begins; of the next, new cases are opened.
WITH_CASE = 10
#: Steps of cases that an agent's minute leaves at least: two opened and taken, two noted, one that waits, one closed.
STEPS = 8


def run(*, size: int | None = None) -> Result:
    """Measure with so many persons in the register."""
    people = signed_in.persons(size or PERSONS)
    signed_in.booked(people, signed_in.a_session(places=1))
    at_desks = agents.at_their_desks(people)
    cases = [[agents.with_case(agent, caller) for caller in agent.callers[:WITH_CASE]] for agent in at_desks]
    signed_in.settled()
    signed_in.execute("VACUUM ANALYZE hotline_case, hotline_casestep, hotline_verification, messaging_message")
    acts = [act for minute in range(MINUTES) for act in _minute(at_desks, cases, minute)]
    rate, steps = len(at_desks) * ACTS / 60, CaseStep.objects.count()
    bare.prepare(places=len(acts), total=1)
    environment = signed_in.server_environment()
    with (
        serving("khumkan.config.wsgi:application", environment=environment) as ours,
        serving("khumkan.benchmarks.bare:make", factory=True, environment=environment) as limit,
    ):
        look = load.request(f"/desk/file/{at_desks[0].callers[0].reference}/", cookies=at_desks[0].cookies)
        load.drive(ours.port, [look] * 40, connections=8)
        theirs = load.steady(limit.port, _bookings(len(acts)), rate=rate, seconds=60 * MINUTES)
        mine = load.steady(ours.port, acts, rate=rate, seconds=60 * MINUTES)
    return _result(mine, theirs, CaseStep.objects.count() - steps)


def _result(mine: Report, theirs: Report, steps: int) -> Result:
    writes = agents.AGENTS * STEPS * MINUTES
    clean = set(mine.statuses) <= {200, 302, 303} and not mine.failures and steps >= writes
    return Result(
        name="desk_work",
        n=mine.n,
        seconds=round(mine.percentile(0.95), 4),
        limit_seconds=round(theirs.percentile(0.95), 4),
        ratio=round(mine.percentile(0.95) / theirs.percentile(0.95), 2),
        goal="200 agents with ten acts a minute each: p95 < 300 ms, everything done "
        "(seconds and ratio: of the 95th percentiles)",
        met=mine.percentile(0.95) < SLOWEST_SECONDS and clean,
        detail={"acts": mine.figures(), "bare": theirs.figures(), "steps_written": steps, "steps_expected": writes},
    )


def _minute(at_desks: Sequence[Agent], cases: Sequence[Sequence[Case]], minute: int) -> Iterator[bytes]:
    """Yield the acts of one minute, those of all agents in turn."""
    for number in range(ACTS):
        for agent, own in zip(at_desks, cases, strict=True):
            yield _act(number, agent, own, minute)


def _act(number: int, agent: Agent, own: Sequence[Case], minute: int) -> bytes:
    caller, case = agent.callers[(minute * 3 + number) % WITH_CASE], own[(minute * 3 + number // 2) % WITH_CASE]
    newcomer = agent.callers[WITH_CASE + (minute * 2 + number) % (agents.CALLERS - WITH_CASE)]
    page = f"/desk/cases/{case.reference}/"
    if number in (0, 5):
        return load.request(f"/desk/file/{caller.reference}/", cookies=agent.cookies)
    if number in (1, 6):
        return load.request(page, cookies=agent.cookies)
    if number in (2, 7):
        told = {"reason": Reason.COMPLAINT.value, "language": Spoken.THAI.value, "keep": "yes", "note": "โทรมาแจ้งเรื่อง"}
        return _post(f"/desk/file/{newcomer.reference}/open/", told, agent)
    if number in (3, 8):
        return _post(f"{page}note/", {"note": "โทรกลับแล้ว ไม่มีผู้รับสาย จะโทรอีกครั้งตอนบ่าย"}, agent)
    if number == 4:
        return _post(f"{page}wait/", {"thing": Thing.CALLER.value}, agent)
    return _post(f"{page}close/", {"because": Closed.SOLVED.value, "note": ""}, agent)


def _post(path: str, form: dict[str, str], agent: Agent) -> bytes:
    sent = {**form, "csrfmiddlewaretoken": signed_in.CSRF, "form_key": secrets.token_hex(16)}
    return load.request(path, form=sent, cookies=agent.cookies)


def _bookings(count: int) -> Iterator[bytes]:
    return (load.request(f"/book/{number}/{number}") for number in range(1, count + 1))
