"""1,000 reservations at once at the envelope's edge, and as many whole approvals, beside the same writes bare.

Two processes with four threads each, as the service runs, reserve money for applications of five banks: of the bank's
share of the month and of the envelope, each in a transaction of its own that holds its application and writes what it
got. The envelope has room for six of ten; the shares of the banks together are more than the envelope. Then, in a
phase of their own, second officers approve as many: besides the reservation each approval checks the enterprise, its
filings and its borrower, writes the step and the event, and queues a message. After both the envelope is full to the
baht, and nobody was refused while there was room. The limits are plain SQL that locks by key and writes as many rows.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from typing import Any, TypeAlias

from django.db import connection, transaction

from khumkan import policies
from khumkan.benchmarks import Result, processes
from khumkan.benchmarks.processes import Outcome
from khumkan.capacity import disagreements, room_of
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.loans import testing
from khumkan.loans.actions import banks, deciding, phases, reserving, saving, steps
from khumkan.loans.actions.phases import Draft, Tranche
from khumkan.loans.choices import Proposal, Security, SizeBand
from khumkan.loans.models import Application, Bank, EmployerCertificate, PhaseTranche
from khumkan.loans.queries.phases import terms_of
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.loans.states import ApplicationState
from khumkan.loans.terms.lending import LoanTerms
from khumkan.policies.models import Phase
from khumkan.record import partitions
from khumkan.registry.actions import set_employer_contact
from khumkan.registry.models import Employer
from khumkan.registry.states import ContactKind

SIZE, BANKS = 1_000, 5
LEAST_A_SECOND = 200
AMOUNT = 1_000_000
#: Districts over which the employers are spread; those of one district are looked through for the same workers.
DISTRICTS = 100
BY = Actor.system("benchmark")
_EMPLOYERS = """
INSERT INTO registry_employer (reference, account_number, name_th, name_en, industry, size, has_housing,
    subdistrict_code, district_code, province_code, language, created_at, updated_at)
SELECT 'E-' || %(number)s || '-' || n, lpad(%(number)s::text, 2, '8') || lpad(n::text, 8, '0'), 'โรงงาน', '', '', 10,
    false, '', (1000 + n %% %(districts)s)::text, '10', 'th', now(), now()
FROM generate_series(1, %(count)s) AS n RETURNING id
"""
_MONTHS = """
INSERT INTO registry_employermonth (employer_id, month, employees, others, joined, "left", branches, awaited, filing_id,
    counted_at)
SELECT employer, month, 10, 0, 0, 0, 1, 0, 0, now()
FROM unnest(%(employers)s::bigint[]) AS employer CROSS JOIN unnest(%(months)s::date[]) AS month
"""
_FILINGS = """
WITH branch AS (
    INSERT INTO registry_branch (employer_id, serial, name_th, name_en, subdistrict_code, district_code, province_code)
    SELECT employer, '000000', '', '', '', '', '10' FROM unnest(%(employers)s::bigint[]) AS employer
    RETURNING id, employer_id
), filing AS (
    INSERT INTO registry_filing (employer_id, branch_id, month, number, kind, headcount, received_at)
    SELECT employer_id, id, %(month)s, 1, 'first', 10, now() FROM branch RETURNING id
)
INSERT INTO registry_filingline (month, person_id, filing_id, wage)
SELECT %(month)s, id * 10 + worker, id, 12000 FROM filing CROSS JOIN generate_series(0, 9) AS worker
"""
_BARE = """
DROP TABLE IF EXISTS bare_tranche, bare_share, bare_claim, bare_request, bare_row;
CREATE TABLE bare_tranche (id int PRIMARY KEY, total bigint, taken bigint NOT NULL, CHECK (taken <= total))
    WITH (fillfactor = 40);
CREATE TABLE bare_share (id int PRIMARY KEY, taken bigint NOT NULL) WITH (fillfactor = 40);
CREATE TABLE bare_claim (id bigserial PRIMARY KEY, supply int, holder int, UNIQUE (supply, holder));
CREATE TABLE bare_request (id int PRIMARY KEY, state text NOT NULL);
CREATE TABLE bare_row (id bigserial PRIMARY KEY, kind text, request int);
INSERT INTO bare_tranche VALUES (1, %(room)s, 0);
INSERT INTO bare_share SELECT n, 0 FROM generate_series(0, 9) AS n;
INSERT INTO bare_request SELECT n, 'proposed' FROM generate_series(0, %(count)s) AS n
"""
Job: TypeAlias = Callable[[int], None]


@dataclass(frozen=True)
class Measured:
    """What came of so many at once, beside the bare way.

    :param is_exact: whether as many as had room got it, the envelope is full to the baht and nothing broke.
    """

    came: Outcome
    bare: Outcome
    is_exact: bool

    @property
    def ratio(self) -> float:
        """The rate as a part of that of the bare way."""
        return round(self.bare.seconds / self.came.seconds, 3)

    def figures(self, count: int) -> dict[str, Any]:
        """Return what is shown of it."""
        return {
            "rate": round(count / self.came.seconds),
            "bare_rate": round(count / self.bare.seconds),
            "ratio": self.ratio,
            "done": self.came.done,
            "refused": self.came.refused,
            "broken": self.came.broken[:3],
            "exact": self.is_exact,
        }


def run(*, size: int | None = None) -> Result:
    """Reserve and approve so many at once, and look at what came of it."""
    count = size or SIZE
    room = count * 6 // 10
    reserved = _measure(_reserve, number=8, count=count, room=room, kinds=())
    approved = _measure(_approve, number=9, count=count, room=room, kinds=("step", "event", "message"))
    return Result(
        name="loan_reservations",
        n=count,
        seconds=round(reserved.came.seconds, 3),
        limit_seconds=round(reserved.bare.seconds, 3),
        ratio=reserved.ratio,
        goal=f"≥ {LEAST_A_SECOND} reservations a second; the envelope full to the baht and never above",
        met=reserved.is_exact and approved.is_exact and count / reserved.came.seconds >= LEAST_A_SECOND,
        detail={"room": room, "reservations": reserved.figures(count), "approvals": approved.figures(count)},
    )


def _measure(job: Job, *, number: int, count: int, room: int, kinds: Sequence[str]) -> Measured:
    """Do so many at once in a phase of their own, after the bare way with so many further rows."""
    phase, made = _prepared(number, count, room)
    bare = _bare_way(count, room, kinds)
    came = processes.at_once(job, [each.pk for each in made])
    return Measured(came, bare, came.done == room and not came.broken and _is_full(phase, room))


@transaction.atomic
def _reserve(application_id: int) -> None:
    held = steps.hold(Application(pk=application_id))
    terms = terms_of(held.phase_id)
    money = reserving.reserve(held, amount=held.amount, refinance=held.refinance, terms=terms, by=BY)
    held.claim_id, held.pace_claim_id, held.reserved_until = money.claim_id, money.pace_claim_id, money.until
    saving.save(held, ["claim_id", "pace_claim_id", "reserved_until"])


def _approve(application_id: int) -> None:
    proposed = Application.objects.select_related("bank").get(pk=application_id)
    deciding.decide(application=proposed, agrees=True, by=testing.banker_of(proposed.bank, 502))


def _is_full(phase: Phase, room: int) -> bool:
    supply = PhaseTranche.objects.get(phase=phase).supply_id
    reserved = Application.objects.filter(phase=phase, claim_id__isnull=False, pace_claim_id__isnull=False).count()
    free = room_of([supply])[supply].free if supply is not None else -1
    return reserved == room and free == 0 and disagreements() == []


def _prepared(number: int, count: int, room: int) -> tuple[Phase, Sequence[Application]]:
    """Open a phase with room for so many loans, and let so many applications be proposed at five banks."""
    policies.in_force(LoanTerms, on=clock.today())
    tranche = Tranche(SizeBand.SMALL, Decimal(room * AMOUNT), Decimal(AMOUNT))
    draft = Draft(
        number=number, years="2019", title_th=f"ระยะที่ {number}", title_en=f"Phase {number}",
        opens_on=clock.today() - timedelta(days=30), closes_on=None, tranches=[tranche],
    )  # fmt: skip
    phase = phases.seed(draft=draft, by=BY)
    there = [banks.add_bank(code=f"{number}{n:02}", name_th="ธนาคาร", name_en="Bank", by=BY) for n in range(BANKS)]
    for bank in there:
        banks.join(bank=bank, phase_id=phase.pk, by=BY)
    employers = _employers(number, count)
    certificates = EmployerCertificate.objects.bulk_create(_certificate(each, phase) for each in employers)
    made = [_application(paper, phase, there[n % BANKS], n) for n, paper in enumerate(certificates)]
    Application.objects.bulk_create(made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registry_employermonth, registry_filing, registry_filingline, loans_application")
    return phase, made


def _employers(number: int, count: int) -> Sequence[Employer]:
    """Register employers who filed for thirteen months, with a filing and its lines for the last one."""
    this = first_of(clock.today())
    months = [months_before(this, back) for back in range(1, 14)]
    partitions.make("registry_filingline", months[:1])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_EMPLOYERS, {"number": number, "count": count, "districts": DISTRICTS})
        ids = [row[0] for row in cursor.fetchall()]
        cursor.execute(_MONTHS, {"employers": ids, "months": months})
        cursor.execute(_FILINGS, {"employers": ids, "month": months[0]})
    for each in ids:
        set_employer_contact(employer_id=each, kind=ContactKind.EMAIL, address=f"hr{each}@example.com", by=BY)
    return list(Employer.objects.filter(pk__in=ids).order_by("pk"))


def _certificate(employer: Employer, phase: Phase) -> EmployerCertificate:
    today: date = clock.today()
    return EmployerCertificate(
        code=references.new("LC"), employer=employer, phase=phase, headcount=10, month=months_before(today, 1),
        months=13, size=SizeBand.SMALL, terms_version=1, issued_on=today, issued_at=clock.now(),
        valid_until=today + timedelta(days=90),
    )  # fmt: skip


def _application(certificate: EmployerCertificate, phase: Phase, bank: Bank, number: int) -> Application:
    now = clock.now()
    return Application(
        reference=references.new("A"), phase=phase, employer=certificate.employer, bank=bank, certificate=certificate,
        state=ApplicationState.PROPOSED, size=SizeBand.SMALL, amount=Decimal(AMOUNT), security=Security.COLLATERAL,
        purpose="wages", borrower_index=number.to_bytes(32, "big"), borrower_sealed=b"-", borrower_last4="0000",
        terms_version=1, changed_at=now, drafted_at=now, sent_at=now, proposal=Proposal.APPROVE,
        proposed_amount=Decimal(AMOUNT), proposed_refinance=Decimal(0), proposed_by=501, proposed_at=now,
    )  # fmt: skip


def _bare_way(count: int, room: int, kinds: Sequence[str]) -> Outcome:
    """Reserve for as many by bare statements."""
    with connection.cursor() as cursor:
        cursor.execute(_BARE, {"room": room * AMOUNT, "count": count})
    came = processes.at_once(partial(_bare, kinds=tuple(kinds)), range(count))
    if came.broken or came.done != room:
        raise RuntimeError(f"the bare way went wrong: {came.broken[:1]}")
    return came


def _bare(number: int, kinds: Sequence[str]) -> None:
    """Lock a request, add so many further rows, and take of both supplies or of none."""
    share = number % BANKS
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT state FROM bare_request WHERE id = %s FOR NO KEY UPDATE", [number])
        for kind in kinds:
            cursor.execute("INSERT INTO bare_row (kind, request) VALUES (%s, %s)", [kind, number])
        cursor.execute("UPDATE bare_share SET taken = taken + %s WHERE id = %s", [AMOUNT, share])
        cursor.execute("INSERT INTO bare_claim (supply, holder) VALUES (%s, %s)", [-share - 1, number])
        take = "UPDATE bare_tranche SET taken = taken + %s WHERE id = 1 AND taken + %s <= total RETURNING id"
        cursor.execute(take, [AMOUNT, AMOUNT])
        if cursor.fetchone() is None:
            raise Refused("full", "full")
        cursor.execute("INSERT INTO bare_claim (supply, holder) VALUES (1, %s)", [number])
        cursor.execute("UPDATE bare_request SET state = 'approved' WHERE id = %s", [number])
