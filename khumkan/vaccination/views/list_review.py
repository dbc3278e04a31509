"""Looking through a list that was checked: row by row, taken or dropped as a whole."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan import record
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.files import write_xlsx
from khumkan.kernel.pages import paginate
from khumkan.vaccination.actions.lists import mending, sending, taking
from khumkan.vaccination.choices import RowVerdict
from khumkan.vaccination.forms.lists import RowForm
from khumkan.vaccination.models import ListFile, ListRow
from khumkan.vaccination.queries import list_rows
from khumkan.vaccination.queries import lists as queries
from khumkan.vaccination.queries.phases import title_of
from khumkan.vaccination.states import ListFileState
from khumkan.vaccination.views.list_tables import FACES, rows_table, verdict_of
from khumkan.vaccination.views.lists import XLSX
from khumkan.vaccination.words import WORDS

ACTS: dict[str, tuple[Callable[..., ListRow], Promise]] = {
    "accept": (mending.accept_row, gettext_lazy("Noted: it is this person.")),
    "reject": (mending.reject_row, gettext_lazy("Noted: it is somebody else. The row is not taken.")),
    "leave": (mending.leave_out, gettext_lazy("Left out. The row is not taken.")),
}
#: So many of those who would be taken off are named before the list is taken.
NAMED = 100


@open_to(Role.EMPLOYER)
@require_GET
def file(request: Request, reference: str) -> HttpResponse:
    """Show what the check found, by verdict; and the way to take the list or to drop it."""
    found = queries.file_for(request.actor, reference)
    is_checked = found.state in (ListFileState.CHECKED, ListFileState.TAKEN)
    verdict = verdict_of(found, request.GET.get("show"))
    page = paginate(queries.rows_of(found, verdict), number=request.GET.get("page")) if is_checked else None
    rows = list_rows.seen(found, page.rows) if page else []
    missing = queries.missing_in(found) if found.replaces and found.state == ListFileState.CHECKED else None
    named = list(missing[:NAMED]) if missing is not None else []
    seen = [*list_rows.people_seen(rows), *(each.person_id for each in named)]
    record.saw(by=request.actor, person_ids=seen, page="vaccination:list_file")
    context = {
        "file": found,
        "title": title_of(found.roster.phase),
        "shown": WORDS[ListFileState(found.state)],
        "is_waiting": found.state == ListFileState.WAITING,
        "is_checked": found.state == ListFileState.CHECKED,
        "has_rows": is_checked,
        "why": queries.why_refused(found),
        "faces": [(each, getattr(found, each.value), FACES[each]) for each in RowVerdict],
        "verdict": verdict,
        "good": found.new + found.changed,
        "not_taken": found.look + found.refused + found.doubled,
        "page": page,
        "table": rows_table(found, verdict, rows) if page else None,
        "gone": missing.count() if missing is not None else 0,
        "named": named,
    }
    return render(request, "vaccination/lists/file.html", context)


@open_to(Role.EMPLOYER)
@require_http_methods(["GET", "POST"])
def row(request: Request, reference: str, number: int) -> HttpResponse:
    """Show one row, beside the employee it may mean; write it anew."""
    found = queries.file_for(request.actor, reference)
    if found.state != ListFileState.CHECKED:
        return HttpResponseRedirect(reverse("vaccination:list_file", args=[found.reference]))
    [seen] = list_rows.seen(found, [queries.row_of(found, number)])
    form = RowForm(request.POST or None, initial=seen.cells, there=list_rows.fields_there(found))
    if request.method == "POST" and form.is_valid():
        try:
            mended = mending.mend_row(file=found, row_number=number, values=form.cleaned_data, by=request.actor)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _mended(request, found, mended)
    record.saw(by=request.actor, person_ids=list_rows.people_seen([seen]), page="vaccination:list_row")
    context = {"file": found, "seen": seen, "form": form, "face": FACES[RowVerdict(seen.row.verdict)]}
    return render(request, "vaccination/lists/row.html", context, status=422 if form.errors else 200)


@open_to(Role.EMPLOYER)
@require_POST
def decide(request: Request, reference: str, number: int, what: str) -> HttpResponse:
    """Say that a row means this person, or does not; or leave it out."""
    found = queries.file_for(request.actor, reference)
    if what not in ACTS:
        raise Missing("no such decision")
    act, said = ACTS[what]
    was = queries.row_of(found, number).verdict
    return do(
        request,
        lambda: act(file=found, row_number=number, by=request.actor),
        to=f"{reverse('vaccination:list_file', args=[found.reference])}?show={was}",
        said=said,
    )


@open_to(Role.EMPLOYER)
@require_GET
def to_mend(request: Request, reference: str) -> HttpResponse:
    """Send the rows that are not taken as they stand, with their columns and the reasons, to be sent again."""
    found = queries.file_for(request.actor, reference)
    heading = [*found.heading, _("Row"), _("Why")]
    content = write_xlsx(heading, list_rows.to_mend(found), title="rows")
    record.saw(by=request.actor, person_ids=list_rows.people_to_mend(found), page="vaccination:rows_to_mend")
    response = HttpResponse(content, content_type=XLSX)
    response.headers["Content-Disposition"] = f'attachment; filename="rows-{found.reference}.xlsx"'
    return response


@open_to(Role.EMPLOYER)
@require_POST
def take(request: Request, reference: str) -> HttpResponse:
    """Take all rows without a fault."""
    found = queries.file_for(request.actor, reference)
    here = reverse("vaccination:list_file", args=[found.reference])
    try:
        taken = taking.take_list(file=found, by=request.actor)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return HttpResponseRedirect(here)
    if taken.state != ListFileState.TAKEN:
        messages.warning(
            request,
            _("The register has changed since the check, so the list was checked again. Please look through it."),
        )
        return HttpResponseRedirect(here)
    count = taken.new + taken.changed
    said = ngettext("%(count)d person was put on your list.", "%(count)d people were put on your list.", count)
    messages.success(request, said % {"count": count})
    return HttpResponseRedirect(
        reverse("vaccination:roster", args=[found.roster.employer.reference, found.roster.phase_id])
    )


@open_to(Role.EMPLOYER)
@require_POST
def drop(request: Request, reference: str) -> HttpResponse:
    """Put a list aside: nothing of it counts."""
    found = queries.file_for(request.actor, reference)
    return do(
        request,
        lambda: sending.drop_list(file=found, by=request.actor),
        to=reverse("vaccination:roster", args=[found.roster.employer.reference, found.roster.phase_id]),
        said=_("Put aside. Nothing of that list counts."),
    )


def _mended(request: Request, file: ListFile, mended: ListRow) -> HttpResponse:
    verdict = RowVerdict(mended.verdict)
    if verdict in (RowVerdict.LOOK, RowVerdict.REFUSED):
        messages.warning(request, _("The row was checked again, and something is still not right."))
        return HttpResponseRedirect(reverse("vaccination:list_row", args=[file.reference, mended.row_number]))
    messages.success(request, _("The row is in order now."))
    return HttpResponseRedirect(reverse("vaccination:list_file", args=[file.reference]))
