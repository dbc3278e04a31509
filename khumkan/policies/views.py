"""Pages of the office: the terms in force, their history, proposing and deciding."""

from collections.abc import Sequence

from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from khumkan import policies
from khumkan.accounts.access import Request, open_to
from khumkan.accounts.queries import names_of
from khumkan.kernel import clock
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing, Refused
from khumkan.policies import actions, lookup, permissions, queries, wording
from khumkan.policies.forms import ProposeForm, RejectForm
from khumkan.policies.lookup import Version
from khumkan.policies.terms import Kind, Terms, from_json, kind, kind_of, kinds
from khumkan.ui.tables import Cell, Column, Table

READERS = (Role.OFFICER, Role.AUDITOR, Role.PRIVACY_OFFICER, Role.SUPERVISOR)


@open_to(*READERS)
def all_kinds(request: Request) -> HttpResponseBase:
    """List the kinds of terms with what is in force today and what waits for a second officer."""
    in_force = lookup.in_force_now(clock.today())
    waiting = queries.waiting_by_kind()
    rows = [(one, in_force.get(one.name), waiting.get(one.name, 0)) for one in kinds()]
    table = Table(
        caption=_("Terms in force today"),
        rows=rows,
        columns=(
            Column(_("Terms"), lambda row: Cell(_(row[0].title), href=_address(row[0])), header=True),
            Column(_("Version"), lambda row: row[1][0] if row[1] else "", numeric=True),
            Column(_("Since"), lambda row: row[1][1] if row[1] else ""),
            Column(_("Proposals"), lambda row: Cell(_("Waiting"), tone="wait") if row[2] else ""),
        ),
        empty=_("No programme has terms yet."),
    )
    return render(request, "policies/kinds.html", {"table": table})


@open_to(*READERS)
def one_kind(request: Request, name: str) -> HttpResponseBase:
    """Show the values in force, all versions, and what waits for a second officer."""
    declared = _kind(name)
    versions = policies.history(declared.cls)
    current = lookup.current_of(versions, on=clock.today())
    context = {
        "kind": declared,
        "title": _(declared.title),
        "current": current,
        "values": _values(current.values) if current else [],
        "versions": _versions_table(declared, versions, current),
        "proposals": queries.open_proposals(name),
        "may_propose": bool(permissions.may_change(request.actor)),
    }
    return render(request, "policies/kind.html", context)


@open_to(*READERS)
def one_version(request: Request, name: str, number: int) -> HttpResponseBase:
    """Show one version: its values, what changed from the one before, who, why and from which source."""
    declared = _kind(name)
    versions = {one.number: one for one in policies.history(declared.cls)}
    if number not in versions:
        raise Missing(f"{name} has no version {number}")
    version, before = versions[number], versions.get(number - 1)
    context = {
        "kind": declared,
        "title": _(declared.title),
        "version": version,
        "values": _values(version.values),
        "changes": _changes_table(before.values, version.values) if before else None,
        "names": _names(version.proposed_by, version.approved_by),
    }
    return render(request, "policies/version.html", context)


@open_to(Role.OFFICER)
def propose(request: Request, name: str) -> HttpResponseBase:
    """Let an officer propose the next version."""
    permissions.check_may_change(request.actor)
    declared = _kind(name)
    current = policies.in_force(declared.cls, on=clock.today())
    form = ProposeForm(current, request.POST if request.method == "POST" else None)
    if form.is_valid() and form.values is not None:
        given = form.cleaned_data
        try:
            proposal = actions.propose(
                values=form.values,
                effective_from=given["effective_from"],
                why=given["why"],
                source=given["source"],
                by=request.actor,
            )
            return redirect("policies:proposal", proposal.pk)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    context = {"kind": declared, "title": _(declared.title), "form": form, "current": current}
    return render(request, "policies/propose.html", context, status=422 if form.is_bound else 200)


@open_to(*READERS)
def proposal(request: Request, proposal_id: int) -> HttpResponseBase:
    """Show a proposal beside what is in force, with the decision or the buttons for it."""
    return _proposal_page(request, proposal_id, RejectForm())


@open_to(Role.OFFICER)
def approve(request: Request, proposal_id: int) -> HttpResponseBase:
    """Approve a proposal (POST)."""
    if request.method != "POST":
        return redirect("policies:proposal", proposal_id)
    version = actions.approve(proposal_id=proposal_id, by=request.actor)
    return redirect("policies:version", version.kind, version.number)


@open_to(Role.OFFICER)
def reject(request: Request, proposal_id: int) -> HttpResponseBase:
    """Reject a proposal with the reason (POST)."""
    form = RejectForm(request.POST if request.method == "POST" else None)
    if not form.is_valid():
        return _proposal_page(request, proposal_id, form)
    actions.reject(proposal_id=proposal_id, why=form.cleaned_data["why"], by=request.actor)
    return redirect("policies:proposal", proposal_id)


def _proposal_page(request: Request, proposal_id: int, form: RejectForm) -> HttpResponse:
    found = queries.proposal(proposal_id)
    declared = _kind(found.kind)
    current = policies.in_force(declared.cls, on=found.effective_from)
    decision = getattr(found, "decision", None)
    verdict = permissions.may_decide(request.actor, proposed_by=found.proposed_by)
    context = {
        "kind": declared,
        "title": _(declared.title),
        "proposal": found,
        "decision": decision,
        "changes": _changes_table(current, from_json(declared.cls, found.values)),
        "verdict": verdict,
        "form": form,
        "names": _names(found.proposed_by, decision.decided_by if decision else None),
    }
    return render(request, "policies/proposal.html", context, status=422 if form.is_bound else 200)


def _kind(name: str) -> Kind:
    declared = kind(name)
    if declared is None:
        raise Missing(f"there is no kind of terms {name}")
    return declared


def _values(values: Terms) -> list[tuple[str, str]]:
    return [(_(one.help), wording.shown(getattr(values, one.name))) for one in kind_of(type(values)).terms]


def _changes_table(old: Terms, new: Terms) -> Table:
    return Table(
        caption=_("What changes"),
        rows=policies.diff(old, new),
        columns=(
            Column(_("Value"), lambda change: _(change.term.help), header=True),
            Column(_("Before"), lambda change: wording.shown(change.old)),
            Column(_("After"), lambda change: wording.shown(change.new)),
        ),
        empty=_("Nothing differs from what is in force on that day."),
    )


def _versions_table(declared: Kind, versions: Sequence[Version], current: Version | None) -> Table:
    return Table(
        caption=_("All versions"),
        rows=versions,
        columns=(
            Column(_("Version"), lambda one: Cell(one.number, href=_address(declared, one.number)), header=True),
            Column(_("From"), "effective_from"),
            Column(_("Why"), lambda one: _(one.why)),
            Column(_("In force"), lambda one: Cell(_("Today"), tone="good") if one == current else ""),
        ),
        empty=_("There is no version yet."),
    )


def _names(*user_ids: int | None) -> dict[str, str]:
    names = names_of({one for one in user_ids if one is not None})
    proposed_by, decided_by = user_ids
    return {
        "proposed_by": names.get(proposed_by, "") if proposed_by else "",
        "decided_by": names.get(decided_by, "") if decided_by else "",
    }


def _address(declared: Kind, number: int | None = None) -> str:
    if number is None:
        return reverse("policies:kind", args=[declared.name])
    return reverse("policies:version", args=[declared.name, number])
