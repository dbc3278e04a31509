"""1,000 approvals at once at the envelope's edge, beside the same writes bare.

Second officers of five banks approve everything that was proposed, with sixteen connections. The envelope has room for
six of ten; the shares of the banks together are more than the envelope. Each approval checks the enterprise and its
borrower, reserves of the bank's month and of the envelope, and queues a message. Afterwards the envelope is full to the
baht, and nobody was refused while there was room. The limit is plain SQL that reads by key and writes as many rows.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial

from django.db import connection, transaction

from khumkan import policies
from khumkan.benchmarks import Result
from khumkan.capacity import disagreements, room_of
from khumkan.capacity.testing import broken, race, won
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.loans import testing
from khumkan.loans.actions import banks, deciding, phases
from khumkan.loans.actions.phases import Draft, Tranche
from khumkan.loans.choices import Proposal, Security, SizeBand
from khumkan.loans.models import Application, Bank, EmployerCertificate, PhaseTranche
from khumkan.loans.rules.qualifying import first_of, months_before
from khumkan.loans.states import ApplicationState
from khumkan.loans.terms.lending import LoanTerms
from khumkan.policies.models import Phase
from khumkan.record import partitions
from khumkan.registry.actions import set_employer_contact
from khumkan.registry.models import Employer
from khumkan.registry.states import ContactKind

SIZE, BANKS, THREADS = 1_000, 5, 16
LEAST_A_SECOND = 200
AMOUNT = 1_000_000
#: Districts over which the employers are spread; those of one district are looked through for the same workers.
DISTRICTS = 100
BY = Actor.system("benchmark")
_EMPLOYERS = """
INSERT INTO registry_employer (reference, account_number, name_th, name_en, industry, size, has_housing,
    subdistrict_code, district_code, province_code, language, created_at, updated_at)
SELECT 'E-' || n, '88' || lpad(n::text, 8, '0'), 'โรงงาน', '', '', 10, false, '', (1000 + n %% %(districts)s)::text,
    '10', 'th', now(), now()
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


def run(*, size: int | None = None) -> Result:
    """Approve so many at once, and look at what came of it."""
    count = size or SIZE
    room = count * 6 // 10
    phase, made = _prepared(count, room)
    limit = _bare_seconds(count, room)
    began = time.perf_counter()
    outcomes = race([partial(_approve, each) for each in made], threads=THREADS)
    seconds = time.perf_counter() - began
    refused = Counter(each.code for each in outcomes if isinstance(each, Refused))
    exact = _is_exact(phase, room) and len(won(outcomes)) == room
    return Result(
        name="loan_reservations",
        n=count,
        seconds=round(seconds, 3),
        limit_seconds=round(limit, 3),
        ratio=round(limit / seconds, 3),
        goal=f"≥ {LEAST_A_SECOND} approvals a second, the envelope full to the baht and never above",
        met=exact and not broken(outcomes) and count / seconds >= LEAST_A_SECOND,
        detail={
            "rate": round(count / seconds),
            "bare_rate": round(count / limit),
            "approved": len(won(outcomes)),
            "room": room,
            "refused": dict(refused),
            "broken": len(broken(outcomes)),
            "exact": exact,
        },
    )


def _approve(application: Application) -> Application:
    return deciding.decide(application=application, agrees=True, by=testing.banker_of(application.bank, 502))


def _is_exact(phase: Phase, room: int) -> bool:
    supply = PhaseTranche.objects.get(phase=phase).supply_id
    approved = Application.objects.filter(phase=phase, state=ApplicationState.APPROVED).count()
    free = room_of([supply])[supply].free if supply is not None else -1
    return approved == room and free == 0 and disagreements() == []


def _prepared(count: int, room: int) -> tuple[Phase, Sequence[Application]]:
    """Open a phase with room for so many loans, and let so many applications be proposed at five banks."""
    policies.in_force(LoanTerms, on=clock.today())
    tranche = Tranche(SizeBand.SMALL, Decimal(room * AMOUNT), Decimal(AMOUNT))
    draft = Draft(
        number=8, years="2019", title_th="ระยะที่ 8", title_en="Phase 8",
        opens_on=clock.today() - timedelta(days=30), closes_on=None, tranches=[tranche],
    )  # fmt: skip
    phase = phases.seed(draft=draft, by=BY)
    there = [banks.add_bank(code=f"{80 + n:03}", name_th="ธนาคาร", name_en="Bank", by=BY) for n in range(BANKS)]
    for bank in there:
        banks.join(bank=bank, phase_id=phase.pk, by=BY)
    employers = _employers(count)
    certificates = EmployerCertificate.objects.bulk_create(_certificate(each, phase) for each in employers)
    made = [_application(paper, phase, there[n % BANKS], n) for n, paper in enumerate(certificates)]
    Application.objects.bulk_create(made)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE registry_employermonth, registry_filing, registry_filingline, loans_application")
    return phase, made


def _employers(count: int) -> Sequence[Employer]:
    """Register employers who filed for thirteen months, with a filing and its lines for the last one."""
    this = first_of(clock.today())
    months = [months_before(this, back) for back in range(1, 14)]
    partitions.make("registry_filingline", months[:1])
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(_EMPLOYERS, {"count": count, "districts": DISTRICTS})
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


def _bare_seconds(count: int, room: int) -> float:
    """Approve as many by bare statements, and return how long it took."""
    with connection.cursor() as cursor:
        cursor.execute(_BARE, {"room": room * AMOUNT, "count": count})
    jobs: list[Callable[[], bool]] = [partial(_bare, number) for number in range(count)]
    began = time.perf_counter()
    outcomes = race(jobs, threads=THREADS)
    seconds = time.perf_counter() - began
    if broken(outcomes) or sum(bool(each) for each in outcomes) != room:
        raise RuntimeError(f"the bare way went wrong: {broken(outcomes)[:1]}")
    return seconds


def _bare(number: int) -> bool:
    """Lock a request, read and write as many rows as an approval does, and take of both supplies or of none."""
    share = number % BANKS
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT state FROM bare_request WHERE id = %s FOR NO KEY UPDATE", [number])
        for kind in ("step", "event", "message"):
            cursor.execute("INSERT INTO bare_row (kind, request) VALUES (%s, %s)", [kind, number])
        cursor.execute("UPDATE bare_share SET taken = taken + %s WHERE id = %s", [AMOUNT, share])
        cursor.execute("INSERT INTO bare_claim (supply, holder) VALUES (%s, %s)", [-share - 1, number])
        take = "UPDATE bare_tranche SET taken = taken + %s WHERE id = 1 AND taken + %s <= total RETURNING id"
        cursor.execute(take, [AMOUNT, AMOUNT])
        if cursor.fetchone() is None:
            transaction.set_rollback(True)
            return False
        cursor.execute("INSERT INTO bare_claim (supply, holder) VALUES (1, %s)", [number])
        cursor.execute("UPDATE bare_request SET state = 'approved' WHERE id = %s", [number])
    return True
