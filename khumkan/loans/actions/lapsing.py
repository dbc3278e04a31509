"""Applications with which nobody goes on, reservations and contracts whose time is over. Everything may run twice."""

from datetime import timedelta

from django.db import transaction
from django.db.models import F

from khumkan.kernel import clock
from khumkan.kernel.actors import Actor
from khumkan.loans.actions import drawing, reserving, signing, steps
from khumkan.loans.models import Application, Loan
from khumkan.loans.queries import phases
from khumkan.loans.states import WAITING_APPLICATIONS, ApplicationState, LoanState

#: Applications that are looked at in one run; the next run goes on.
MOST = 1_000
#: A loan that was paid back early may have a rest that was never drawn, too; of one that was recalled it is free.
DRAWN_IN_PART = (LoanState.DRAWN, LoanState.REPAID)


def lapse_reservations(*, by: Actor) -> int:
    """End approved applications that were not signed in time, give their money back, and return how many there were."""
    rows = Application.objects.filter(state=ApplicationState.APPROVED, reserved_until__lte=clock.now())
    due = list(rows.order_by("reserved_until", "pk")[:MOST])
    return sum(_lapse_reservation(each, by=by) for each in due)


def lapse_quiet(*, by: Actor) -> int:
    """End applications without a step for so many days as the terms of their phase say, and return how many."""
    ended = 0
    states = list(WAITING_APPLICATIONS)
    for phase_id in Application.objects.filter(state__in=states).order_by("phase_id").values_list(
        "phase_id", flat=True
    ).distinct():  # fmt: skip
        before = clock.now() - timedelta(days=phases.terms_of(phase_id).quiet_days)
        rows = Application.objects.filter(phase=phase_id, state__in=states, changed_at__lte=before)
        ended += sum(_lapse_quiet(each, by=by) for each in rows.order_by("changed_at", "pk")[:MOST])
    return ended


def free_undrawn(*, by: Actor) -> int:
    """Give back to the envelope what was signed for and not drawn in time; return of how many loans.

    A contract of which nothing was drawn ends. Banks report drawing some days later, so those are waited for.
    """
    freed = 0
    phases_of_loans = Loan.objects.order_by("phase_id").values_list("phase_id", flat=True).distinct()
    for phase_id in phases_of_loans:
        before = clock.today() - timedelta(days=phases.terms_of(phase_id).draw_report_days)
        late = Loan.objects.filter(phase=phase_id, drawable_until__lt=before).order_by("drawable_until", "pk")
        undrawn = late.filter(state=LoanState.SIGNED).select_related("application")
        freed += sum(signing.lapse(loan=each, by=by) for each in undrawn[:MOST])
        in_part = late.filter(state__in=DRAWN_IN_PART, reserved__gte=F("book__drawn") + 1)
        freed += sum(drawing.finish_drawing(loan=each, by=by).reserved < each.reserved for each in in_part[:MOST])
    return freed


@transaction.atomic
def _lapse_reservation(application: Application, *, by: Actor) -> bool:
    held = steps.hold(application)
    if held.state != ApplicationState.APPROVED or held.reserved_until is None or held.reserved_until > clock.now():
        return False
    steps.move(held, ApplicationState.LAPSED, by=by)
    reserving.give_back(held, by=by)
    return True


@transaction.atomic
def _lapse_quiet(application: Application, *, by: Actor) -> bool:
    held = steps.hold(application)
    if ApplicationState(held.state) not in WAITING_APPLICATIONS or held.changed_at != application.changed_at:
        return False
    steps.move(held, ApplicationState.LAPSED, by=by)
    return True
