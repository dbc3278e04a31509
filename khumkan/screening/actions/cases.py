"""Cases: opened by a positive result, recounted or taken back by a correction."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db.models import QuerySet

from khumkan import policies, record
from khumkan.kernel import clock, references
from khumkan.kernel.actors import Actor
from khumkan.registry.models import Person
from khumkan.screening.choices import Certainty, Outcome
from khumkan.screening.models import Case, Result
from khumkan.screening.rules.results import certainty_of, meaning
from khumkan.screening.states import ResultState
from khumkan.screening.terms.laboratory import TestTerms

CASE_PREFIX = "C"


def open_cases(result_ids: Sequence[int], *, by: Actor, at: datetime) -> list[Case]:
    """Open a case for each positive result that makes one; a further result of the same illness belongs to its case.

    The persons' rows are locked, so that two laboratories never open two cases for one person at once.
    """
    if not result_ids:
        return []
    found = _positives(Result.objects.filter(pk__in=result_ids))
    person_ids = sorted({result.specimen.person_id for result in found})
    _hold(person_ids)
    ledger = _Ledger(_standing_cases(person_ids), at)
    for result in found:
        ledger.count(result)
    return _store(ledger.opened, ledger.surer, by=by)


def recount_cases(result_ids: Sequence[int], *, by: Actor, at: datetime) -> None:
    """Look anew at the cases to which corrected results belonged: a case rests on the positive results that stand.

    Where none of the same illness is left, the case is taken back. Otherwise it rests on the one that found it, or else
    on the earliest that stands, and is as sure as the surest of them.
    """
    lost = _positives(Result.objects.filter(pk__in=result_ids)) if result_ids else []
    person_ids = sorted({result.specimen.person_id for result in lost})
    if not person_ids:
        return
    _hold(person_ids)
    standing = _positives(Result.objects.filter(specimen__person__in=person_ids, state=ResultState.RELEASED))
    reader, withdrawn, changed = _Reader(), [], []
    cases = Case.objects.filter(person__in=person_ids, withdrawn_at=None).select_for_update().order_by("pk")
    for case in cases:
        if not any(reader.belongs(result, case) for result in lost):
            continue
        left = [result for result in standing if reader.belongs(result, case)]
        if not left:
            withdrawn.append(record.Entry.of(case, data={"result": case.result_id, "employer": case.employer_id}))
            Case.objects.filter(pk=case.pk).update(withdrawn_at=at)
        elif entry := _rest_on(case, left, reader):
            changed.append(entry)
    record.write_many("screening.case_withdrawn", by=by, entries=withdrawn)
    record.write_many("screening.case_recounted", by=by, entries=changed)


def _rest_on(case: Case, left: Sequence[Result], reader: "_Reader") -> record.Entry | None:
    """Let a case rest on what is left of its results; return what to write down, or None when nothing changes."""
    finds = next((result for result in left if result.pk == case.result_id), left[0])
    sure = any(reader.certainty(result) is Certainty.CONFIRMED for result in left)
    certainty = Certainty.CONFIRMED if sure else Certainty.PROBABLE
    before, employer_before = case.result_id, case.employer_id
    if finds.pk == before and certainty == case.certainty:
        return None
    case.certainty = certainty
    if finds.pk != before:
        case.result, case.found_on = finds, _day(finds)
        case.employer_id = finds.specimen.registration.employer_id
    case.save(update_fields=["result", "found_on", "employer", "certainty"])
    return record.Entry.of(
        case,
        data={"result": finds.pk, "before": before, "certainty": certainty.value, "employer": employer_before},
    )


class _Reader:
    """Reads positive results by the terms in force on the days of their specimens."""

    def __init__(self) -> None:
        self._terms: dict[date, TestTerms] = {}

    def certainty(self, result: Result) -> Certainty | None:
        """Return how sure a case this result makes, or None when it makes none."""
        terms = self._terms_on(_day(result))
        return certainty_of(meaning(method=result.method, outcome=result.outcome, terms=terms))

    def is_same_illness(self, result: Result, case: Case) -> bool:
        """Tell whether a result lies so near to a case that it is no new illness."""
        day = _day(result)
        return abs(day - case.found_on) <= timedelta(days=self._terms_on(day).days_of_one_case)

    def belongs(self, result: Result, case: Case) -> bool:
        """Tell whether a case rests on this result, perhaps among others; what found another case is no part of it."""
        if result.specimen.person_id != case.person_id or self.certainty(result) is None:
            return False
        own = getattr(result, "case", None)
        return own.pk == case.pk if own is not None else self.is_same_illness(result, case)

    def _terms_on(self, day: date) -> TestTerms:
        if day not in self._terms:
            self._terms[day] = policies.in_force(TestTerms, on=day)
        return self._terms[day]


class _Ledger:
    """Goes through positive results in the order of their specimens and sorts them: new case, same case, surer case."""

    def __init__(self, standing: dict[int, Case], at: datetime) -> None:
        self.cases = standing
        self.at = at
        self.opened: list[Case] = []
        self.surer: list[Case] = []
        self._reader = _Reader()

    def count(self, result: Result) -> None:
        """Let one positive result open a case, belong to one, or make one surer."""
        certainty = self._reader.certainty(result)
        if certainty is None:
            return
        standing = self.cases.get(result.specimen.person_id)
        if standing is None or not self._reader.is_same_illness(result, standing):
            self._open(result, certainty)
        elif certainty is Certainty.CONFIRMED and standing.certainty == Certainty.PROBABLE:
            standing.certainty = Certainty.CONFIRMED
            self.surer.append(standing)

    def _open(self, result: Result, certainty: Certainty) -> None:
        case = Case(
            reference=references.new(CASE_PREFIX),
            person_id=result.specimen.person_id,
            result=result,
            certainty=certainty,
            employer_id=result.specimen.registration.employer_id,
            found_on=_day(result),
            opened_at=self.at,
        )
        self.cases[case.person_id] = case
        self.opened.append(case)


def _day(result: Result) -> date:
    return clock.bangkok(result.specimen.taken_at).date()


def _positives(rows: QuerySet[Result]) -> list[Result]:
    """Return the positive ones of these results, the earliest specimen first. One query."""
    return list(
        rows.filter(outcome=Outcome.POSITIVE)
        .select_related("specimen__registration", "case")
        .order_by("specimen__taken_at", "pk")
    )


def _hold(person_ids: Sequence[int]) -> None:
    """Lock persons until the commit: whoever counts their cases waits."""
    list(Person.objects.filter(pk__in=person_ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))


def _standing_cases(person_ids: Sequence[int]) -> dict[int, Case]:
    """Return the latest case of each person that was not taken back. One query."""
    rows = Case.objects.filter(person__in=person_ids, withdrawn_at=None).order_by("person_id", "found_on", "pk")
    return {case.person_id: case for case in rows}


def _store(opened: list[Case], surer: list[Case], *, by: Actor) -> list[Case]:
    made = Case.objects.bulk_create(opened, batch_size=5_000)
    stored = [case for case in surer if case not in opened]
    Case.objects.filter(pk__in=[case.pk for case in stored]).update(certainty=Certainty.CONFIRMED)
    entries = (record.Entry.of(case, data={"result": case.result_id, "employer": case.employer_id}) for case in made)
    record.write_many("screening.case_opened", by=by, entries=entries)
    record.write_many("screening.case_confirmed", by=by, entries=[record.Entry.of(case) for case in stored])
    return made
