"""What a person is told about their own tests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db.models import Prefetch, Q

from khumkan import policies
from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Missing
from khumkan.screening.answer_words import WORDS, AnswerWords
from khumkan.screening.choices import Method, Outcome
from khumkan.screening.models import Case, Registration, Result, Specimen
from khumkan.screening.rules.results import Answer, meaning
from khumkan.screening.states import RegistrationState, ResultState
from khumkan.screening.terms.laboratory import TestTerms

#: A person's page shows so many of the latest tests.
MOST_SHOWN = 20


@dataclass(frozen=True)
class PersonResult:
    """One test of a person, ready to be put into words.

    :param corrected: an earlier answer was wrong, and this one takes its place.
    :param due_at: for a test without an answer: when it is expected at the latest.
    :param follow_up: the reference of the registration for another test, when one follows.
    :param case_reference: of the case that this result opened, while it stands.
    """

    registration_reference: str
    answer: Answer
    method: Method
    code: str
    site_name: str
    taken_at: datetime
    due_at: datetime
    released_at: datetime | None = None
    corrected: bool = False
    follow_up: str = ""
    case_reference: str = ""
    contacts_named: int = 0
    repeat_after_days: int = 3

    @property
    def words(self) -> AnswerWords:
        """What it is called, what it means, what to do."""
        return WORDS[self.answer]

    @property
    def shows_repeat(self) -> bool:
        """Whether a person at risk should repeat the test: a rapid one that found nothing."""
        return self.answer is Answer.NEGATIVE and self.method is Method.RAPID

    @property
    def is_waiting(self) -> bool:
        """Whether there is no answer yet."""
        return self.answer is Answer.WAITING

    @property
    def is_late(self) -> bool:
        """Whether the answer should be there by now."""
        return self.is_waiting and self.due_at < clock.now()

    @property
    def method_words(self) -> str:
        """How it was tested, in the reader's language."""
        return str(self.method.label)


def result_for_person(person_id: int) -> list[PersonResult]:
    """Return the tests of a person, the newest first. Five queries, whatever their number."""
    specimens = list(
        Specimen.objects.filter(person=person_id)
        .select_related("registration", "session__site")
        .prefetch_related(
            Prefetch("results", Result.objects.filter(state=ResultState.RELEASED), to_attr="released"),
            Prefetch("registration__followed_by", Registration.objects.order_by("pk"), to_attr="next_ones"),
        )
        .order_by("-taken_at", "-pk")[:MOST_SHOWN]
    )
    cases = {
        case.result_id: case
        for case in Case.objects.filter(person=person_id, withdrawn_at=None).prefetch_related("contacts")
    }
    terms: dict[date, TestTerms] = {}
    return [_told(specimen, cases, terms) for specimen in specimens if _is_told(specimen)]


def result_by_reference(by: Actor, reference: str) -> PersonResult:
    """Return the newest test of one registration of the person themselves.

    :raises Missing: when there is none.
    """
    person_id = by.person_id
    for told in result_for_person(person_id) if person_id is not None else ():
        if told.registration_reference == reference:
            return told
    raise Missing("no such test of this person")


def asking_again(result_ids: Sequence[int]) -> list[Result]:
    """Return those of the results that stand, may ask for another test, and are followed by none. One query."""
    rows = Result.objects.filter(pk__in=result_ids, state=ResultState.RELEASED)
    asking = Q(outcome=Outcome.INVALID) | Q(outcome=Outcome.POSITIVE, method=Method.RAPID)
    rows = rows.filter(asking, specimen__registration__followed_by=None)
    return list(rows.select_related("specimen__registration").order_by("pk"))


def case_of(by: Actor, reference: str) -> Case:
    """Return a standing case of the person themselves.

    :raises Missing: when there is none.
    """
    found = Case.objects.filter(reference=reference, person=by.person_id, withdrawn_at=None).first()
    if found is None or by.person_id is None:
        raise Missing("no such case of this person")
    return found


def contacts_named(case: Case) -> int:
    """Return how many contacts a case has named."""
    return case.contacts.count()


def _is_told(specimen: Specimen) -> bool:
    """A specimen that was lost has no answer; its registration waits for a new place, and says so itself."""
    return bool(_released(specimen)) or specimen.registration.state == RegistrationState.SAMPLED


def _released(specimen: Specimen) -> Sequence[Result]:
    found: Sequence[Result] = specimen.released  # type: ignore[attr-defined]
    return found


def _told(specimen: Specimen, cases: dict[int, Case], terms: dict[date, TestTerms]) -> PersonResult:
    day = clock.bangkok(specimen.taken_at).date()
    if day not in terms:
        terms[day] = policies.in_force(TestTerms, on=day)
    result = next(iter(_released(specimen)), None)
    answer, case = Answer.WAITING, None
    if result is not None:
        answer = Answer(meaning(method=result.method, outcome=result.outcome, terms=terms[day]).value)
        case = cases.get(result.pk)
    following = specimen.registration.next_ones  # type: ignore[attr-defined]
    return PersonResult(
        registration_reference=specimen.registration.reference,
        answer=answer,
        method=Method(specimen.method),
        code=specimen.code,
        site_name=str(specimen.session.site),
        taken_at=specimen.taken_at,
        due_at=specimen.taken_at + timedelta(hours=terms[day].answer_within_hours),
        released_at=result.released_at if result else None,
        corrected=bool(result and result.supersedes_id),
        follow_up=following[0].reference if following else "",
        case_reference=case.reference if case else "",
        contacts_named=len(case.contacts.all()) if case else 0,
        repeat_after_days=terms[day].repeat_rapid_after_days,
    )
