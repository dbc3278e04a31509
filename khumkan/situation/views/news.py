"""The news that everybody reads, as pages and as a feed, and what was sent to one person."""

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, open_to, public
from khumkan.kernel.actors import Role
from khumkan.kernel.errors import Missing
from khumkan.kernel.pages import paginate
from khumkan.messages.templates import LANGUAGES, site_address
from khumkan.situation.queries import announcements as queries

EVERYBODY = "What the office makes known is for everybody."


@public(EVERYBODY)
@require_GET
def listed(request: Request) -> HttpResponse:
    """List what holds today, the newest first."""
    page = paginate(queries.news(), number=request.GET.get("page"))
    context = {"page": page, "news": [queries.told(row) for row in page.rows]}
    return render(request, "situation/announcements/news.html", context)


@public(EVERYBODY)
@require_GET
def one(request: Request, reference: str) -> HttpResponse:
    """Show one piece of news; where it no longer holds, say so first."""
    return render(request, "situation/announcements/news_one.html", {"told": queries.news_called(reference)})


@public(EVERYBODY)
@require_GET
def feed(request: Request, language: str) -> HttpResponse:
    """Answer with the news as an Atom feed in one language, for readers and other sites."""
    if language not in LANGUAGES:
        raise Missing("no feed in this language")
    home = site_address()
    with translation.override(language):
        made = Atom1Feed(
            title=_("News of the Social Security Office"),
            link=home + reverse("situation:news"),
            description="",
            language=language,
            feed_url=home + reverse("situation:feed", args=[language]),
        )
        for row in queries.news()[: queries.MOST_IN_FEED]:
            told = queries.told(row, language)
            address = home + reverse("situation:news_one", args=[row.reference])
            made.add_item(
                title=told.title,
                link=address,
                description=told.body,
                unique_id=address,
                pubdate=row.published_at,
                updateddate=row.published_at,
            )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@open_to(Role.PERSON)
@require_GET
def mine(request: Request) -> HttpResponse:
    """Show a person what was sent to them."""
    return render(request, "situation/announcements/mine.html", {"news": queries.sent_to(request.actor)})
