"""Calls and call-backs in the words of a page."""

from collections.abc import Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

from khumkan.hotline.call_states import CallBackState, CallState
from khumkan.hotline.call_words import WORDS
from khumkan.hotline.forms.calls import hour_words
from khumkan.hotline.models import Call, CallBack
from khumkan.hotline.queries.calls import Wallboard
from khumkan.kernel import clock
from khumkan.kernel.dates import show_datetime
from khumkan.ui.shown import Shown
from khumkan.ui.tables import Cell, Column, Table

#: Seconds of a minute.
MINUTE = 60


def shown_call(call: Call) -> Shown:
    """Return how far a call is, in words."""
    return WORDS[CallState(call.state)]


def shown_call_back(call_back: CallBack) -> Shown:
    """Return how far a call-back is, in words."""
    return WORDS[CallBackState(call_back.state)]


def when(call_back: CallBack) -> str:
    """Return the hour that was agreed, in words, or that there is none, and from when on we call then."""
    if call_back.until is not None:
        return hour_words(call_back.due_at, call_back.until)
    if call_back.due_at <= clock.now():
        return _("As soon as somebody is free")
    from_ = show_datetime(call_back.due_at, get_language() or "th")
    return _("As soon as somebody is free, from %(from)s on") % {"from": from_}


def masked(hint: str) -> str:
    """Return what a list shows of a number: its last two digits."""
    return f"… {hint}" if hint else _("Number withheld")


def clock_words(seconds: int | None) -> str:
    """Return a span as a wall shows it: minutes and seconds, such as 3:05."""
    return "–" if seconds is None else f"{seconds // MINUTE}:{seconds % MINUTE:02d}"


def calls_table(rows: Sequence[Call], caption: Promise) -> Table:
    """Return a table of calls; the whole number opens with the call."""
    return Table(
        caption=caption,
        rows=rows,
        columns=(
            Column(_("Telephone call"), _call, header=True),
            Column(_("Came in"), "heard_at"),
            Column(_("Telephone number"), lambda call: masked(call.hint)),
            Column(_("Subject"), lambda call: f"{call.get_skill_display()} · {call.get_language_display()}"),
            Column(_("State"), lambda call: _cell(shown_call(call))),
            Column(_("What came of it"), lambda call: call.get_outcome_display() or "–"),
        ),
        empty=gettext_lazy("No call today."),
    )


def call_backs_table(rows: Sequence[CallBack], caption: Promise, empty: Promise) -> Table:
    """Return a table of call-backs; who they are for opens with each."""
    return Table(
        caption=caption,
        rows=rows,
        columns=(
            Column(_("Call back"), _call_back, header=True),
            Column(_("When we call"), when),
            Column(_("About"), lambda each: each.case.get_reason_display()),
            Column(_("Language"), lambda each: each.case.get_language_display()),
            Column(_("Tries"), lambda each: f"{each.attempts} / {each.most_attempts}"),
            Column(_("State"), lambda each: _cell(shown_call_back(each))),
        ),
        empty=empty,
    )


def hours_table(board: Wallboard) -> Table:
    """Return the calls of today by hour."""
    return Table(
        caption=gettext_lazy("Calls today by hour"),
        rows=board.hours,
        columns=(
            Column(_("Hour"), lambda each: f"{each.hour:02d}:00–{each.hour + 1:02d}:00", header=True),
            Column(_("Calls"), "came", numeric=True),
            Column(_("Answered calls"), "answered", numeric=True),
            Column(_("Hung up unanswered"), "abandoned", numeric=True),
        ),
        empty=gettext_lazy("No call today."),
    )


def reasons_table(board: Wallboard) -> Table:
    """Return why people called today, the most frequent first."""
    return Table(
        caption=gettext_lazy("Why people call today"),
        rows=board.reasons,
        columns=(
            Column(_("Why the person calls"), lambda each: each[0].label, header=True),
            Column(_("Calls"), lambda each: each[1], numeric=True),
        ),
        empty=gettext_lazy("Nothing noted today."),
    )


def _cell(shown: Shown) -> Cell:
    return Cell(str(shown.words), tone=shown.tone)


def _call(call: Call) -> Cell:
    return Cell(call.reference, href=reverse("hotline:call", args=[call.reference]))


def _call_back(call_back: CallBack) -> Cell:
    return Cell(call_back.reference, href=reverse("hotline:call_back", args=[call_back.reference]))
