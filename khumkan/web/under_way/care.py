"""A person's care: questions that wait, a bed that is looked for, held or lain in, care at home, and its papers."""

from collections.abc import Mapping

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.isolation.choices import Level, WaitingBecause
from khumkan.isolation.models import Care, Stay
from khumkan.isolation.queries import my_care, papers, parties
from khumkan.isolation.states import LIVE_CARES, CareState, StayState
from khumkan.isolation.views.care_showing import PERSONS
from khumkan.ui.shown import Shown
from khumkan.web.under_way.thing import Paper, Thing, day_words, moment_words, shown

#: While these hold, nobody knows where the person is to be fetched.
UNKNOWN: Mapping[str, Promise] = {
    WaitingBecause.NO_ADDRESS: gettext_lazy(
        "We do not know where you live. An officer chooses a site for you. Please call 1506, press 6, and tell us "
        "your address."
    ),
    WaitingBecause.NOT_FOUND: gettext_lazy(
        "Our driver did not find you. Please call 1506 and press 6, so that we come to the right place."
    ),
}
#: In these states others of a family may ask to stay together with the person.
JOINABLE = (CareState.ASKED, CareState.WAITING, CareState.PLACED)


def things_of(care: Care | None) -> list[Thing]:
    """Return what is under way of a person's latest care. At most three queries, none without a care."""
    if care is None or care.state not in LIVE_CARES:
        return []
    asked = parties.open_requests(care) if care.state in JOINABLE else []
    return [_thing(care), *([_family(care)] if asked else [])]


def papers_of(care: Care | None) -> list[Paper]:
    """Return the papers of a person's cares that hold, the newest first. One query, none without a care."""
    if care is None:
        return []
    return [
        Paper(
            each.get_kind_display(),
            _("%(first)s to %(last)s") % {"first": day_words(each.from_on), "last": day_words(each.to_on)},
            reverse("isolation:certificate_pdf", args=[each.code]),
        )
        for each in papers.of_person(care.person_id)
    ]


def _thing(care: Care) -> Thing:
    page = reverse("isolation:my_care", args=[care.reference])
    title, state = _("Your care"), shown(PERSONS[care.state])
    if care.state == CareState.ASKED:
        return Thing(
            title,
            state,
            _("So that we find the right place for you. It takes about three minutes. In an emergency call 1669."),
            reverse("isolation:my_questions", args=[care.reference]),
            _("Answer the questions"),
            asks=True,
            at=care.answers_due_at,
        )
    if care.level == Level.RED and care.state in my_care.OPEN_TO_ANSWERS:
        severe = _("Your answers show signs of severe illness. Call 1669 now. Do not wait for a bed from us.")
        return Thing(title, state, severe, "tel:1669", _("Call 1669"), asks=True, at=care.opened_at)
    if care.state == CareState.WAITING:
        unknown = UNKNOWN.get(care.waiting_because)
        said = unknown or _("You get an SMS as soon as a bed is held for you. Please keep your telephone on.")
        return Thing(title, state, said, page, _("See how long it takes"), unknown is not None, care.waiting_since)
    if care.state == CareState.AT_HOME:
        said = _("Please stay in your room, and tell us in the morning and in the evening how you are.")
        return Thing(title, state, said, page, _("See your care and report"))
    return _with_bed(care, page, title, state)


def _with_bed(care: Care, page: str, title: str, state: Shown) -> Thing:
    """Return what is said of a bed that is held or lain in. Two queries at most."""
    stay = my_care.bed_of(care)
    site = stay.site if stay is not None else care.site
    if stay is not None and stay.state == StayState.LEAVING:
        go = _("You may go home. Please tell the front desk when you are ready.")
        return Thing(title, state, go, page, _("See your care"), asks=True, at=care.opened_at)
    if care.state == CareState.ADMITTED:
        said = _("You are at %(site)s. Please tell us in the morning and in the evening how you are.") % {"site": site}
        return Thing(title, state, said, page, _("See your care and report"))
    said, at = _("A bed is held for you at %(site)s.") % {"site": site}, None
    if stay is not None:
        said, at = f"{said} {_transport(stay)}", stay.blocks.lower
    return Thing(title, state, said, page, _("See what to bring and your code"), at=at)


def _transport(stay: Stay) -> str:
    if stay.state == StayState.ON_THE_WAY:
        return _("You are on the way.")
    planned = my_care.pickup_at(stay)
    if planned is not None:
        return _("The drive begins at %(at)s. The driver calls you before.") % {"at": moment_words(planned)}
    return _("Transport comes before %(until)s. The driver calls you before.") % {
        "until": moment_words(stay.blocks.upper)
    }


def _family(care: Care) -> Thing:
    return Thing(
        title=_("Your family in care"),
        shown=Shown(gettext_lazy("Please answer"), "wait"),
        said=_("Somebody in our care asks to stay in one room with you. You decide."),
        href=reverse("isolation:my_care", args=[care.reference]),
        action=_("Say yes or no"),
        asks=True,
        at=care.opened_at,
    )
