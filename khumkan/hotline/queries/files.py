"""One person's whole file over all programmes, for the agent who speaks with them. Few queries, whatever happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from khumkan.hotline.models import Case, Verification
from khumkan.hotline.queries import cases, verifying
from khumkan.hotline.words import HAPPENED
from khumkan.isolation.models import Care, Stay
from khumkan.isolation.queries import my_care
from khumkan.kernel import clock, prepared
from khumkan.kernel.actors import Actor, Role
from khumkan.messages import queries as messages
from khumkan.messages.models import Message
from khumkan.record import queries as record
from khumkan.record.models import Event
from khumkan.registry.models import Person
from khumkan.registry.queries import persons
from khumkan.screening.models import Registration
from khumkan.screening.queries import registrations
from khumkan.screening.states import LIVE_REGISTRATIONS
from khumkan.vaccination.models import Dose, Enrolment
from khumkan.vaccination.queries import mine as vaccination
from khumkan.vaccination.states import COMING_DOSES

#: What there is of a person at all: most callers have only some of it, and the others need not be asked for.
_THERE = """
SELECT EXISTS (SELECT FROM vaccination_dose WHERE person_id = %(person)s::bigint AND state = ANY(%(coming)s::text[])),
    EXISTS (SELECT FROM vaccination_enrolment WHERE person_id = %(person)s::bigint),
    EXISTS (SELECT FROM isolation_care WHERE person_id = %(person)s::bigint),
    EXISTS (SELECT FROM hotline_case WHERE person_id = %(person)s::bigint)
"""
_COMING = [state.value for state in COMING_DOSES]
MOST_MESSAGES = 8
MOST_EVENTS = 15


@dataclass(frozen=True)
class PersonFile:
    """What the hotline sees of one person.

    :param verified: that the actor made sure who calls; without it care, messages and the past stay closed.
    :param test: the registration under way, or else the latest.
    :param bed: the bed that is held or lain in.
    """

    person: Person
    verified: Verification | None
    test: Registration | None
    dose: Dose | None
    cases: Sequence[Case]
    enrolment: Enrolment | None = None
    care: Care | None = None
    bed: Stay | None = None
    messages: Sequence[Message] = field(default_factory=tuple)
    happened: Sequence[Event] = field(default_factory=tuple)
    is_for_officer: bool = False

    @property
    def is_open(self) -> bool:
        """Whether everything is shown: the actor made sure who calls, or sees the person's papers at the office."""
        return self.verified is not None or self.is_for_officer

    @property
    def is_test_live(self) -> bool:
        """Whether a registration is under way."""
        return self.test is not None and self.test.state in LIVE_REGISTRATIONS


def file_of(reference: str, *, by: Actor) -> PersonFile:
    """Return the file of the person with this reference, and note that the actor saw them. At most a dozen queries.

    :raises Missing: for an unknown person and for one whom the actor may not see alike.
    """
    person = persons.person_referred(by, reference)
    verified = verifying.verified_until(person, by=by)
    tests = registrations.latest_of(person.pk)
    live = next((one for one in tests if one.state in LIVE_REGISTRATIONS), None)
    test = live or (tests[0] if tests else None)
    [(has_dose, is_enrolled, has_care, has_case)] = prepared.rows(_THERE, {"person": person.pk, "coming": _COMING})
    dose = vaccination.coming(person.pk) if has_dose else None
    own = cases.of_person(person.pk) if has_case else []
    is_for_officer = by.has(Role.OFFICER)
    if verified is None and not is_for_officer:
        return PersonFile(person, None, test, dose, own)
    care = my_care.latest_of(person.pk) if has_care else None
    enrolment = vaccination.enrolment_of(person.pk) if is_enrolled and dose is None else None
    return PersonFile(
        person=person,
        verified=verified,
        is_for_officer=is_for_officer,
        test=test,
        dose=dose,
        cases=own,
        enrolment=dose.enrolment if dose is not None else enrolment,
        care=care,
        bed=my_care.bed_of(care) if care is not None else None,
        messages=list(messages.messages_of(person.pk)[:MOST_MESSAGES]),
        happened=list(record.events_of_person(person.pk).filter(name__in=HAPPENED, at__lte=clock.now())[:MOST_EVENTS]),
    )
