"""Alarms, for those who watch the situation and the officers who take them on."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.situation.actions import alarms as actions
from khumkan.situation.forms.figures import AlarmForm
from khumkan.situation.permissions.figures import READERS, may_take_on
from khumkan.situation.queries import alarms as queries
from khumkan.situation.queries import figures
from khumkan.situation.states import AlarmState
from khumkan.situation.views.showing import alarm_lines


@open_to(*READERS)
@require_GET
def alarms(request: Request) -> HttpResponse:
    """List the alarms: those that are open first."""
    page = paginate(queries.alarms_for(request.actor), number=request.GET.get("page"))
    names = dict(figures.provinces(request.actor))
    return render(request, "situation/alarms.html", {"page": page, "alarms": alarm_lines(page.rows, names)})


@open_to(*READERS)
@require_GET
def alarm(request: Request, reference: str) -> HttpResponse:
    """Show one alarm."""
    found = queries.alarm_by_reference(request.actor, reference)
    context = {
        "line": alarm_lines([found], dict(figures.provinces(request.actor)))[0],
        "alarm": found,
        "form": AlarmForm(),
        "may_take_on": found.state == AlarmState.OPEN and may_take_on(request.actor, found),
    }
    return render(request, "situation/alarm.html", context)


@open_to(Role.OFFICER)
@require_POST
def take_on(request: Request, reference: str) -> HttpResponse:
    """Note what an officer does about an alarm."""
    found = queries.alarm_by_reference(request.actor, reference)
    return do(
        request,
        lambda: actions.take_on(alarm=found, note=request.POST.get("note", ""), by=request.actor),
        to=reverse("situation:alarm", args=[found.reference]),
        said=_("Noted. The others see that you have taken it on."),
    )
