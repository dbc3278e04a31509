"""Cases: opened by a positive result, taken back by a correction; and the contacts they name."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta

from django.db import transaction

from khumkan import messages, policies, record
from khumkan.kernel import clock, crypto, references
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused, check
from khumkan.kernel.words import N_
from khumkan.registry.models import Person
from khumkan.screening.choices import Certainty, Outcome
from khumkan.screening.models import Case, Contact, Result
from khumkan.screening.permissions import laboratory as permissions
from khumkan.screening.rules.contacts import may_have_met, may_name_contact
from khumkan.screening.rules.results import Meaning, meaning
from khumkan.screening.terms.laboratory import TestTerms

CASE_PREFIX, CONTACT_PREFIX = "C", "N"
PHONE_INDEX = "screening.contact.phone"
CERTAINTY = {Meaning.PROBABLE: Certainty.PROBABLE, Meaning.CONFIRMED: Certainty.CONFIRMED}
#: A case names so many contacts at most; a longer list is a matter for the officers of disease control.
MOST_CONTACTS = 30


def open_cases(result_ids: Sequence[int], *, by: Actor, at: datetime) -> list[Case]:
    """Open a case for each positive result that makes one; a further result of the same illness belongs to its case.

    The persons' rows are locked, so that two laboratories never open two cases for one person at once.
    """
    if not result_ids:
        return []
    positive = Result.objects.filter(pk__in=result_ids, outcome=Outcome.POSITIVE)
    found = list(positive.select_related("specimen__registration").order_by("specimen__taken_at", "pk"))
    person_ids = sorted({result.specimen.person_id for result in found})
    list(Person.objects.filter(pk__in=person_ids).order_by("pk").select_for_update(no_key=True).values_list("pk"))
    ledger = _Ledger(_standing_cases(person_ids), at)
    for result in found:
        ledger.count(result)
    return _store(ledger.opened, ledger.surer, by=by)


def withdraw_cases(result_ids: Sequence[int], *, by: Actor, at: datetime) -> int:
    """Take back the cases that rest on results which were corrected; return how many."""
    if not result_ids:
        return 0
    rested = Case.objects.filter(result__in=result_ids, withdrawn_at=None).select_for_update().order_by("pk")
    taken_back = list(rested)
    Case.objects.filter(pk__in=[case.pk for case in taken_back]).update(withdrawn_at=at)
    entries = [record.Entry.of(case) for case in taken_back]
    return record.write_many("screening.case_withdrawn", by=by, entries=entries)


@transaction.atomic
def name_contact(*, case: Case, name: str, phone: str, last_met_on: date, by: Actor) -> Contact:
    """Keep, sealed, somebody whom a case met, and invite them to a test by an SMS that names neither case nor illness.

    :param phone: as `+66812345678`.
    :raises Refused: for a withdrawn case, somebody named before, a day that cannot be, or too many.
    """
    case = Case.objects.select_for_update().get(pk=case.pk)
    permissions.check_is_case(by, case)
    check(may_name_contact(is_withdrawn=case.withdrawn_at is not None, named=case.contacts.count(), most=MOST_CONTACTS))
    check(may_have_met(last_met_on, today=clock.today()))
    reference, index = references.new(CONTACT_PREFIX), crypto.blind_index(phone, purpose=PHONE_INDEX)
    if case.contacts.filter(phone_index=index).exists():
        raise Refused(N_("You have named somebody with this telephone number already."), "contact_named_before")
    contact = Contact.objects.create(
        reference=reference,
        case=case,
        name_sealed=crypto.seal(name.encode(), where=sealed_at("name_sealed", reference)),
        phone_sealed=crypto.seal(phone.encode(), where=sealed_at("phone_sealed", reference)),
        phone_index=index,
        last_met_on=last_met_on,
        named_at=clock.now(),
        invited_at=clock.now(),
    )
    record.write("screening.contact_named", by=by, about=contact, person_id=case.person_id)
    messages.send_to_address("screening.contact_invited", address=phone, params={"reference": reference}, about=contact)
    return contact


def sealed_at(column: str, reference: str) -> str:
    """Return the place to which a contact's sealed words are bound."""
    return f"screening_contact.{column}.{reference}"


class _Ledger:
    """Goes through positive results in the order of their specimens and sorts them: new case, same case, surer case."""

    def __init__(self, standing: dict[int, Case], at: datetime) -> None:
        self.cases = standing
        self.at = at
        self.opened: list[Case] = []
        self.surer: list[Case] = []
        self._terms: dict[date, TestTerms] = {}

    def count(self, result: Result) -> None:
        """Let one positive result open a case, belong to one, or make one surer."""
        day = clock.bangkok(result.specimen.taken_at).date()
        terms = self._terms_on(day)
        certainty = CERTAINTY.get(meaning(method=result.method, outcome=result.outcome, terms=terms))
        if certainty is None:
            return
        standing = self.cases.get(result.specimen.person_id)
        if standing is None or abs(day - standing.found_on) > timedelta(days=terms.days_of_one_case):
            self._open(result, certainty, day)
        elif certainty is Certainty.CONFIRMED and standing.certainty == Certainty.PROBABLE:
            standing.certainty = Certainty.CONFIRMED
            self.surer.append(standing)

    def _open(self, result: Result, certainty: Certainty, day: date) -> None:
        case = Case(
            reference=references.new(CASE_PREFIX),
            person_id=result.specimen.person_id,
            result=result,
            certainty=certainty,
            employer_id=result.specimen.registration.employer_id,
            found_on=day,
            opened_at=self.at,
        )
        self.cases[case.person_id] = case
        self.opened.append(case)

    def _terms_on(self, day: date) -> TestTerms:
        if day not in self._terms:
            self._terms[day] = policies.in_force(TestTerms, on=day)
        return self._terms[day]


def _standing_cases(person_ids: Sequence[int]) -> dict[int, Case]:
    """Return the latest case of each person that was not taken back. One query."""
    rows = Case.objects.filter(person__in=person_ids, withdrawn_at=None).order_by("person_id", "found_on", "pk")
    return {case.person_id: case for case in rows}


def _store(opened: list[Case], surer: list[Case], *, by: Actor) -> list[Case]:
    made = Case.objects.bulk_create(opened, batch_size=5_000)
    stored = [case for case in surer if case not in opened]
    Case.objects.filter(pk__in=[case.pk for case in stored]).update(certainty=Certainty.CONFIRMED)
    entries = (record.Entry.of(case, data={"employer": case.employer_id}) for case in made)
    record.write_many("screening.case_opened", by=by, entries=entries)
    record.write_many("screening.case_confirmed", by=by, entries=[record.Entry.of(case) for case in stored])
    return made
