"""The knowledge base for staff: writing, translating, reviewing, publishing and withdrawing articles."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.accounts.queries import names_of
from khumkan.hotline.actions import articles as actions
from khumkan.hotline.article_choices import Door, Topic
from khumkan.hotline.article_words import WORDS
from khumkan.hotline.forms.knowledge import EnglishForm, FilterForm, NewArticleForm, ReviseForm, WithdrawForm
from khumkan.hotline.models import Article, ArticleVersion
from khumkan.hotline.permissions import knowledge as permissions
from khumkan.hotline.queries import articles as queries
from khumkan.hotline.queries import knowledge
from khumkan.hotline.queries.terms_in_texts import filled
from khumkan.hotline.rules import texts
from khumkan.hotline.states import ArticleState
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.ui.tables import Cell, Column, Table


@open_to(*permissions.WRITERS)
@require_GET
def listed(request: Request) -> HttpResponse:
    """List articles of every state, or search in those that are published."""
    typed = request.GET.get("q", "").strip()
    form = FilterForm(request.GET or None)
    wanted = form.cleaned_data if form.is_valid() else {}
    page = paginate(
        queries.articles(state=wanted.get("state", ""), topic=wanted.get("topic", "")), number=request.GET.get("page")
    )
    context = {
        "typed": typed,
        "found": knowledge.find(typed, staff=True).entries if typed else [],
        "search": form,
        "page": page,
        "table": _table(page.rows),
        "counts": queries.counts(),
        "may_write": permissions.may_write(request.actor),
        "may_edit": permissions.may_edit(request.actor),
    }
    return render(request, "hotline/knowledge/list.html", context)


@open_to(*permissions.WRITERS)
@require_GET
def one(request: Request, slug: str) -> HttpResponse:
    """Show an article with its newest version, what became of it, and what comes next."""
    return _page(request, queries.article_called(slug), WithdrawForm())


@open_to(*permissions.WRITERS)
@require_http_methods(["GET", "POST"])
def new(request: Request) -> HttpResponse:
    """Write a new article."""
    permissions.check_may_write(request.actor)
    form = NewArticleForm(request.POST or None, initial={"audience": "public"})
    if form.is_valid():
        try:
            made = actions.draft(slug=form.cleaned_data["slug"], draft=form.draft(), by=request.actor)
            return redirect("hotline:article", made.slug)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, form, _("New article"))


@open_to(*permissions.WRITERS)
@require_http_methods(["GET", "POST"])
def revise(request: Request, slug: str) -> HttpResponse:
    """Write the next version of an article."""
    permissions.check_may_write(request.actor)
    article = queries.article_called(slug)
    form = ReviseForm(request.POST or None, initial=_written(article.newest))
    if form.is_valid():
        try:
            actions.revise(article_id=article.pk, draft=form.draft(), why=form.cleaned_data["why"], by=request.actor)
            return redirect("hotline:article", article.slug)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, form, _("Change the article"), article)


@open_to(*permissions.WRITERS)
@require_http_methods(["GET", "POST"])
def translate(request: Request, slug: str) -> HttpResponse:
    """Write the English of an article beside its Thai."""
    permissions.check_may_write(request.actor)
    article = queries.article_called(slug)
    form = EnglishForm(request.POST or None, initial=_written(article.newest))
    if form.is_valid():
        try:
            actions.translate(article_id=article.pk, english=form.english(), by=request.actor)
            return redirect("hotline:article", article.slug)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _form_page(request, form, _("Translate the article"), article)


@open_to(*permissions.EDITORS)
@require_POST
def review(request: Request, slug: str, version: int) -> HttpResponse:
    """Say that a version is right."""
    article = queries.article_called(slug)
    return do(
        request,
        lambda: actions.review(article_id=article.pk, version=version, by=request.actor),
        to=_address(article),
        said=gettext_lazy("Reviewed. It can be published now."),
    )


@open_to(*permissions.EDITORS)
@require_POST
def publish(request: Request, slug: str, version: int) -> HttpResponse:
    """Let people read a version."""
    article = queries.article_called(slug)
    return do(
        request,
        lambda: actions.publish(article_id=article.pk, version=version, by=request.actor),
        to=_address(article),
        said=gettext_lazy("Published. People read it from now on."),
    )


@open_to(*permissions.EDITORS)
@require_POST
def withdraw(request: Request, slug: str) -> HttpResponse:
    """Take an article away from readers."""
    permissions.check_may_edit(request.actor)
    article = queries.article_called(slug)
    form = WithdrawForm(request.POST)
    if not form.is_valid():
        return _page(request, article, form, status=422)
    return do(
        request,
        lambda: actions.withdraw(article_id=article.pk, why=form.cleaned_data["why"], by=request.actor),
        to=_address(article),
        said=gettext_lazy("Withdrawn. Nobody finds it any more."),
    )


def _page(request: Request, article: Article, form: WithdrawForm, *, status: int = 200) -> HttpResponse:
    version, state = queries.newest_of(article), ArticleState(article.state)
    steps = queries.steps_of(article)
    names = names_of({who for who in (article.written_by, *(step.moved_by for step in steps)) if who})
    context = {
        "article": article,
        "version": version,
        "state": WORDS[state],
        "topic": Topic(version.topic).label,
        "audience": version.get_audience_display(),
        "door": Door(version.door).label,
        "thai": texts.blocks(filled(version.body_th)),
        "english": texts.blocks(filled(version.body_en)) if version.has_english else [],
        "asked": texts.ways(version.asked),
        "steps": [(WORDS[ArticleState(step.state)], step, names.get(step.moved_by or 0)) for step in steps],
        "written_by": names.get(article.written_by or 0, ""),
        "form": form,
        "may_write": permissions.may_write(request.actor),
        "may_edit": permissions.may_edit(request.actor),
        "may_review": permissions.may_review(request.actor, written_by=article.written_by),
        "is_read": article.published is not None,
        "is_read_older": article.published is not None and article.published != version,
    }
    return render(request, "hotline/knowledge/one.html", context, status=status)


def _form_page(request: Request, form: Any, heading: str, article: Article | None = None) -> HttpResponse:
    context = {"form": form, "heading": heading, "article": article, "version": article.newest if article else None}
    return render(request, "hotline/knowledge/write.html", context, status=422 if form.is_bound else 200)


def _written(version: ArticleVersion | None) -> dict[str, Any]:
    names = (
        *("topic", "audience", "door", "asked", "source", "valid_from", "valid_until"),
        *(f"{part}_{code}" for part in ("title", "summary", "body") for code in ("th", "en")),
    )
    return {name: getattr(version, name) for name in names}


def _table(rows: Any) -> Table:
    return Table(
        caption=_("Articles"),
        rows=rows,
        columns=(
            Column(_("Article"), lambda row: Cell(_title(row), href=_address(row)), header=True),
            Column(_("Part of the help pages"), lambda row: Topic(row.newest.topic).label),
            Column(_("State"), lambda row: Cell(WORDS[row.state].words, tone=WORDS[row.state].tone)),
            Column(_("English"), lambda row: _("yes") if row.newest.has_english else _("no")),
            Column(_("Changed"), "changed_at"),
        ),
        empty=_("There are no such articles."),
    )


def _title(article: Article) -> str:
    version = article.newest
    return knowledge.reading(article, version).title if version else article.slug


def _address(article: Article) -> str:
    return reverse("hotline:article", args=[article.slug])
