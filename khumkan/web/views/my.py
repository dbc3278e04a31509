"""An insured person's first page over all programmes, what happened, who looked at their data, the data as a file."""

from collections.abc import Iterator

from django.http import HttpResponse, HttpResponseBase, StreamingHttpResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, fresh_sign_in, open_to
from khumkan.kernel.actors import Role
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Column, Table
from khumkan.web import navigation
from khumkan.web.own_data import file
from khumkan.web.queries import audit, happened
from khumkan.web.under_way import person as under_way

#: So much of what happened stands on the first page.
LATEST = 5
#: All data in one file are handed out only after a fresh proof; the file may be fetched a little later than its page.
FRESH_MINUTES = 10
KINDS = {"json": "application/json", "csv": "text/csv; charset=utf-8"}


@open_to(Role.PERSON)
@require_GET
def home(request: Request) -> HttpResponse:
    """Show what is under way and what to do, the documents, the latest that happened, and what there is."""
    person_id = request.actor.person_id or 0
    latest = paginate(happened.to_person(person_id), number=1, size=LATEST)
    context = {
        "now": under_way.of_person(person_id),
        "happened": happened.in_words(latest.rows),
        "has_more": latest.has_next,
        "parts": navigation.cards_of(request.actor),
    }
    return render(request, "web/my_home.html", context)


@open_to(Role.PERSON)
@require_GET
def all_happened(request: Request) -> HttpResponse:
    """Show everything that happened, newest first."""
    page = paginate(happened.to_person(request.actor.person_id or 0), number=request.GET.get("page"))
    context = {"page": page, "happened": happened.in_words(page.rows), "up": "web:my"}
    return render(request, "web/happened.html", context)


@open_to(Role.PERSON)
@require_GET
def who_looked(request: Request) -> HttpResponse:
    """Show a person who looked at their data, when and why."""
    page = paginate(audit.who_saw_me(request.actor), number=request.GET.get("page"))
    table = Table(
        caption=_("Newest first"),
        rows=audit.lines_for_the_person(page.rows),
        columns=(
            Column(_("When"), "at", header=True),
            Column(_("Who"), "who"),
            Column(_("What"), "what"),
            Column(_("Why"), "because"),
        ),
        empty=_("Nobody has looked at your data yet."),
    )
    return render(request, "web/who_looked.html", {"page": page, "table": table})


@open_to(Role.PERSON)
@fresh_sign_in(minutes=FRESH_MINUTES)
@require_GET
def data(request: Request) -> HttpResponse:
    """Say what is in the file of one's own data, and offer it."""
    return render(request, "web/my_data.html")


@open_to(Role.PERSON)
@fresh_sign_in(minutes=FRESH_MINUTES * 2)
@require_GET
def data_json(request: Request) -> HttpResponseBase:
    """Send a person all of their own data."""
    file.take(request.actor, kind="json")
    return _attached(file.as_json(request.actor, language=translation.get_language()), "json")


@open_to(Role.PERSON)
@fresh_sign_in(minutes=FRESH_MINUTES * 2)
@require_GET
def data_csv(request: Request) -> HttpResponseBase:
    """Send a person what happened, as a table."""
    file.take(request.actor, kind="csv")
    return _attached(file.as_csv(request.actor, language=translation.get_language()), "csv")


def _attached(chunks: Iterator[bytes], kind: str) -> StreamingHttpResponse:
    response = StreamingHttpResponse(chunks, content_type=KINDS[kind])
    response.headers["Content-Disposition"] = f'attachment; filename="khumkan-my-data.{kind}"'
    return response
