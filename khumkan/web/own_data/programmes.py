"""What each programme holds of a person: tests, care, vaccination, the hotline, and the messages that were sent."""

from khumkan.hotline.models import CallBack
from khumkan.hotline.models import Case as HotlineCase
from khumkan.isolation.models import Care, Observation, Stay, Triage
from khumkan.isolation.models import Certificate as CarePaper
from khumkan.messages import queries as messages
from khumkan.screening.models import Registration, Result
from khumkan.screening.states import ResultState
from khumkan.vaccination.models import AdverseEvent, Certificate, Dose, Enrolment, FollowUp, Injection
from khumkan.vaccination.queries import aftercare
from khumkan.web.own_data.values import Part, named, of, rows

REGISTRATION = named(
    *("reference", "state", "ground", "channel", "method", "answers", "registered_at", "booked_at", "checked_in_at"),
    *("ended_at", "waiting_because", "ended_because"),
    day="session__day",
    starts_at="session__starts_at",
    place="session__site",
)
#: Only what was released to the person, and what a correction replaced since.
RESULT = named(
    *("method", "outcome", "state", "tested_on", "released_at"),
    registration="specimen__registration__reference",
    code="specimen__code",
    taken_at="specimen__taken_at",
)
TOLD = (ResultState.RELEASED, ResultState.SUPERSEDED)
CARE = named(
    *("reference", "found_on", "state", "level", "setting", "symptom_on", "opened_at", "waiting_since"),
    *("waiting_because", "ended_at", "ended_because"),
)
ANSWERS = named("at", "told_by", "answers", "level", "setting", care="care__reference")
STAY = named(
    *("state", "made_at", "arrived_at", "left_at", "ended_because", "belongings"),
    care="care__reference",
    place="site",
    room="room__number",
    bed="bed__label",
)
OBSERVED = named(
    *("at", "told_by", "temperature", "spo2", "spo2_after", "breaths", "symptoms", "medicine_taken", "level"),
    care="care__reference",
)
CARE_PAPER = named("code", "kind", "from_on", "to_on", "rest_until", "issued_at", "revoked_at", care="care__reference")
ENROLMENT = named(
    *("reference", "state", "near_home", "decided_by", "decided_at", "invited_at", "ended_at"), listed_by="employer"
)
DOSE = named(
    *("reference", "number", "state", "vaccine", "due_from", "due_until", "waiting_since", "waiting_because"),
    *("misses", "booked_at", "given_on"),
    day="session__day",
    starts_at="session__starts_at",
    place="session__site",
)
INJECTION = named(
    *("number", "vaccine", "lot_number", "given_at", "given_on", "given_elsewhere", "injected_in", "struck_at"),
    *("struck_because",),
    place="site",
)
CERTIFICATE = named("code", "issued_at", "expires_on", "revoked_at", dose="injection__number")
FOLLOW_UP = named("day", "due_on", "state", "asked_at", "answered_at", dose="injection__number")
REACTION = named("reference", "state", "is_serious", "told_by", "began_on", "reported_at", "closed_at")
CASE = named("reference", "reason", "channel", "state", "language", "opened_at", "closed_at", "closed_because")
CALL_BACK = named("reference", "state", "asked_at", "due_at", "until", "ended_at", case="case__reference")
MESSAGE = named("template", "channel", "state", "created_at", "changed_at")


def tests(person_id: int) -> Part:
    """Return registrations with their places, and the results that were told. Two queries."""
    own = Registration.objects.filter(person=person_id).select_related("session__site")
    told = Result.objects.filter(specimen__person=person_id, state__in=TOLD, released_at__isnull=False)
    return {
        "registrations": rows(own.order_by("registered_at", "pk"), REGISTRATION),
        "results": rows(told.select_related("specimen__registration").order_by("released_at", "pk"), RESULT),
    }


def care(person_id: int) -> Part:
    """Return cares with the person's answers, beds, values and papers. Five queries."""
    stays = Stay.objects.filter(person=person_id).select_related("care", "site", "room", "bed")
    answers = Triage.objects.filter(care__person=person_id).select_related("care")
    observed = Observation.objects.filter(care__person=person_id).select_related("care")
    papers = CarePaper.objects.filter(care__person=person_id).select_related("care")
    return {
        "cares": rows(Care.objects.filter(person=person_id).order_by("opened_at", "pk"), CARE),
        "answers": rows(answers.order_by("at", "pk"), ANSWERS),
        "beds": rows(stays.order_by("made_at", "pk"), STAY),
        "values": rows(observed.order_by("at", "pk"), OBSERVED),
        "papers": rows(papers.order_by("issued_at", "pk"), CARE_PAPER),
    }


def vaccination(person_id: int) -> Part:
    """Return the wish, dates, doses, certificates, and what was asked and told after a dose. Six queries."""
    dates = Dose.objects.filter(person=person_id).select_related("session__site")
    given = Injection.objects.filter(person=person_id).select_related("site")
    papers = Certificate.objects.filter(person=person_id).select_related("injection")
    asked = FollowUp.objects.filter(person=person_id).select_related("injection")
    return {
        "wish": rows(Enrolment.objects.filter(person=person_id).select_related("employer").order_by("pk"), ENROLMENT),
        "dates": rows(dates.order_by("number", "pk"), DOSE),
        "doses": rows(given.order_by("number", "pk"), INJECTION),
        "certificates": rows(papers.order_by("issued_at", "pk"), CERTIFICATE),
        "questions": rows(asked.order_by("due_on", "pk"), FOLLOW_UP),
        "reactions": [_reaction(each) for each in aftercare.events_of(person_id)],
    }


def hotline(person_id: int) -> Part:
    """Return the cases of a person, without what staff noted for each other, and the calls promised. Two queries."""
    cases = HotlineCase.objects.filter(person=person_id)
    promised = CallBack.objects.filter(case__person=person_id).select_related("case")
    return {
        "cases": rows(cases.order_by("opened_at", "pk"), CASE),
        "call_backs": rows(promised.order_by("asked_at", "pk"), CALL_BACK),
    }


def sent(person_id: int) -> list[Part]:
    """Return which messages were sent, without their texts, which nobody keeps. One query."""
    return rows(messages.messages_of(person_id), MESSAGE)


def _reaction(event: AdverseEvent) -> Part:
    told = aftercare.words_of(event)
    return {**of(event, REACTION), "reactions": [each.value for each in told.reactions], "words": told.words}
