"""How the states of calls and call-backs are called on pages, and in which colour they stand."""

from collections.abc import Mapping
from enum import StrEnum

from django.utils.translation import gettext_lazy as _

from khumkan.hotline.call_states import CallBackState, CallState
from khumkan.kernel.by_state import ByState
from khumkan.ui.shown import Shown

WORDS: Mapping[StrEnum, Shown] = ByState(
    (CallState.RINGING, Shown(_("Rings"), "wait")),
    (CallState.ANSWERED, Shown(_("On the line"), "info")),
    (CallState.ENDED, Shown(_("Call over"), "done")),
    (CallState.ABANDONED, Shown(_("Nobody answered"), "bad")),
    (CallBackState.DUE, Shown(_("To be called"), "wait")),
    (CallBackState.CALLING, Shown(_("Somebody is calling"), "info")),
    (CallBackState.REACHED, Shown(_("Reached"), "good")),
    (CallBackState.NOT_REACHED, Shown(_("Not reached"), "bad")),
    (CallBackState.CANCELLED, Shown(_("Not needed any more"), "done")),
)
