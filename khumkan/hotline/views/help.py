"""Finding help without signing in: articles, search, and what somebody can get."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from khumkan.accounts.access import Request, public
from khumkan.hotline.actions import gaps
from khumkan.hotline.article_choices import Door
from khumkan.hotline.article_words import DOORS
from khumkan.hotline.forms.checker import CheckerForm
from khumkan.hotline.measure_words import MEASURES
from khumkan.hotline.queries import checker as checks
from khumkan.hotline.queries import knowledge as queries
from khumkan.hotline.queries.knowledge import Found
from khumkan.hotline.queries.terms_in_texts import filled
from khumkan.hotline.rules import texts
from khumkan.kernel import clock

EVERYBODY = "whoever needs help reads how to get it, before signing in; articles are about nobody"
LONGEST_SEARCH = 200


@public(EVERYBODY)
@require_GET
def home(request: Request) -> HttpResponse:
    """Show all articles by topic, or those that a search found; a search is counted by its known words."""
    typed = _typed(request)
    context: dict[str, Any] = {"typed": typed}
    if typed:
        found = queries.find(typed)
        key = gaps.note_search(words=found.words, has_result=bool(found.entries))
        context |= _results(found, key)
    else:
        context["topics"] = queries.by_topic()
    return render(request, "hotline/help/home.html", context)


@public(EVERYBODY)
@require_GET
def results(request: Request) -> HttpResponse:
    """Show what a search finds so far, while somebody types. Words that are not finished are counted nowhere."""
    typed = _typed(request)
    context = _results(queries.find(typed), "") if typed else {}
    return render(request, "hotline/help/_results.html", {"typed": typed, **context})


@public(EVERYBODY)
@require_GET
def article(request: Request, slug: str) -> HttpResponse:
    """Show an article that is published for everybody."""
    found = queries.read(slug)
    if key := request.GET.get("found", ""):
        gaps.note_opened(key=key)
    door = Door(found.version.door)
    context = {
        "reading": found,
        "blocks": texts.blocks(filled(found.body)),
        "door": door.label if door else "",
        "door_href": reverse(DOORS[door]) if door else "",
        "related": queries.related(slug),
    }
    return render(request, "hotline/help/article.html", context)


@public("whoever does not know what there is answers a few questions; the answers are kept nowhere")
@require_GET
def checker(request: Request) -> HttpResponse:
    """Ask a few questions and say what there is, and where the nearest places are."""
    form = CheckerForm(request.GET if "section" in request.GET or "about" in request.GET else None)
    context: dict[str, Any] = {"form": form}
    if form.is_valid():
        province, district = form.cleaned_data["province"], form.cleaned_data["district_code"]
        shown = [MEASURES[each] for each in checks.what_for(form.answers(), area_code=district or province)]
        entries = {entry.slug: entry for entry in queries.called([each.article for each in shown])}
        context["measures"] = [{"shown": each, "entry": entries.get(each.article)} for each in shown]
        if province:
            near = checks.nearest(province_code=province, district_code=district)
            context |= {"near": near, "asked_near": True, "as_of": clock.now()}
        return render(request, "hotline/help/measures.html", context)
    return render(request, "hotline/help/checker.html", context, status=422 if form.is_bound else 200)


def _typed(request: Request) -> str:
    return request.GET.get("q", "").strip()[:LONGEST_SEARCH]


def _results(found: Found, key: str) -> dict[str, Any]:
    count = len(found.entries)
    said = _("Found: %(count)s") % {"count": count} if count else ""
    return {"entries": found.entries, "behind": f"?found={key}" if key else "", "said": said}
