"""Other words for things, and what people searched for in vain."""

from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from khumkan.accounts.access import Request, open_to
from khumkan.accounts.doing import do
from khumkan.hotline.actions import gaps as gap_actions
from khumkan.hotline.actions import synonyms as actions
from khumkan.hotline.forms.knowledge import SynonymForm
from khumkan.hotline.permissions import knowledge as permissions
from khumkan.hotline.queries import articles as queries
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate


@open_to(*permissions.EDITORS)
@require_http_methods(["GET", "POST"])
def synonyms(request: Request) -> HttpResponse:
    """Show the words that are known, and add one."""
    permissions.check_may_edit(request.actor)
    form = SynonymForm(request.POST or None)
    if form.is_valid():
        try:
            actions.add(word=form.cleaned_data["word"], meant=form.cleaned_data["meant"], by=request.actor)
            return redirect("hotline:synonyms")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    page = paginate(queries.synonyms(), number=request.GET.get("page"))
    headings = [_("When people write"), _("also look for"), _("Take out")]
    context = {"form": form, "page": page, "headings": headings}
    return render(request, "hotline/knowledge/synonyms.html", context, status=422 if form.is_bound else 200)


@open_to(*permissions.EDITORS)
@require_POST
def remove_synonym(request: Request, synonym_id: int) -> HttpResponse:
    """Take a word out again."""
    return do(
        request,
        lambda: actions.remove(synonym_id=synonym_id, by=request.actor),
        to=reverse("hotline:synonyms"),
        said=gettext_lazy("Taken out."),
    )


@open_to(*permissions.EDITORS)
@require_GET
def gaps(request: Request) -> HttpResponse:
    """Show what people searched for in vain."""
    permissions.check_may_edit(request.actor)
    headings = [_("Words"), _("Searched"), _("Nothing found"), _("Opened"), _("Last on"), _("See to it")]
    return render(request, "hotline/knowledge/gaps.html", {"gaps": queries.gaps(), "headings": headings})


@open_to(*permissions.EDITORS)
@require_POST
def settle_gap(request: Request, gap_id: int) -> HttpResponse:
    """Note that somebody saw to it."""
    return do(
        request,
        lambda: gap_actions.settle(gap_id=gap_id, by=request.actor),
        to=reverse("hotline:gaps"),
        said=gettext_lazy("Noted. It comes back when people search for it in vain again."),
    )
