"""The page on which the demonstration signs people in with one click. It exists nowhere else."""

from django.http import HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts import demonstration, log, sessions, words
from khumkan.accounts.access import Request, public
from khumkan.accounts.states import Method, Outcome
from khumkan.kernel.actors import ActorKind
from khumkan.record.idempotency import unkeyed


@public("the demonstration, on this machine only")
@require_GET
def entries(request: Request) -> HttpResponseBase:
    """One line for each role."""
    rows = [(entry, words.ROLES.get(entry.role, entry.role)) for entry in demonstration.entries(request)]
    return render(request, "sign_in/demonstration.html", {"rows": rows})


@public("the demonstration, on this machine only")
@unkeyed("signs in anew each time")
@require_POST
def sign_in(request: Request, entry_id: int) -> HttpResponseBase:
    """Sign in as one of them."""
    entry = demonstration.entry(request, entry_id)
    response = HttpResponseRedirect("/")
    sessions.begin(request, response, method=Method.DEMONSTRATION, user=entry.user, person_id=entry.person_id)
    kind = ActorKind.STAFF if entry.user else ActorKind.PERSON
    user_id = entry.user.pk if entry.user else None
    log.note(
        request, Outcome.SIGNED_IN, kind=kind, user_id=user_id, person_id=entry.person_id, method=Method.DEMONSTRATION
    )
    return response
