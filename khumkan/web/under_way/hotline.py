"""What the hotline does for a person: open cases, a call that was promised, a change of telephone that waits."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.accounts import queries as accounts
from khumkan.hotline.call_states import CallBackState
from khumkan.hotline.models import CallBack, Case
from khumkan.hotline.queries import call_backs, cases
from khumkan.hotline.states import LIVE_CASES, CaseState
from khumkan.hotline.views.showing_calls import when
from khumkan.hotline.words import WORDS
from khumkan.ui.shown import Shown
from khumkan.web.under_way.thing import Thing, moment_words

PROMISED = Shown(gettext_lazy("A call is promised"), "good")
CALLING = Shown(gettext_lazy("Somebody is calling"), "info")
NEW_PHONE = Shown(gettext_lazy("Counts soon"), "wait")
CALL = "hotline:my_call_back"


def things_of(person_id: int) -> list[Thing]:
    """Return what the hotline does for a person. Three queries, two when it does nothing."""
    live = [case for case in cases.of_person(person_id) if case.state in LIVE_CASES]
    promised = call_backs.of_person(person_id) if live else None
    return [*_phone_change(person_id), *_of_hotline(live, promised)]


def _of_hotline(live: Sequence[Case], promised: CallBack | None) -> list[Thing]:
    found = [_call(promised)] if promised is not None else []
    return found + [_case(case) for case in live if promised is None or case.pk != promised.case_id]


def _call(promised: CallBack) -> Thing:
    said = _("We call you: %(when)s. It is about: %(reason)s.") % {
        "when": when(promised),
        "reason": promised.case.get_reason_display(),
    }
    state = CALLING if promised.state == CallBackState.CALLING else PROMISED
    return Thing(
        _("Call from the hotline"), state, said, reverse(CALL), _("Change or drop the call"), at=promised.due_at
    )


def _case(case: Case) -> Thing:
    said = _("%(reason)s. The hotline has it since %(since)s; you need not call again. Reference: %(reference)s.") % {
        "reason": case.get_reason_display(),
        "since": moment_words(case.opened_at),
        "reference": case.reference,
    }
    state = WORDS[CaseState(case.state)]
    return Thing(_("At the hotline"), state, said, reverse(CALL), _("Ask for a call"), at=case.opened_at)


def _phone_change(person_id: int) -> list[Thing]:
    change = accounts.phone_change_waiting(person_id)
    if change is None:
        return []
    said = _("A new phone number will count from %(moment)s. Was it not you? Then keep the old one.") % {
        "moment": moment_words(change.effective_at)
    }
    page = reverse("sign_in:account")
    return [Thing(_("New telephone"), NEW_PHONE, said, page, _("See or stop it"), asks=True, at=change.effective_at)]
