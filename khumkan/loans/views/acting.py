"""One page for one act of a bank or the office: a form that is tried, and shown again with what was refused."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.utils.functional import Promise

from khumkan.accounts.access import Request
from khumkan.kernel.errors import Refused
from khumkan.ui.forms import Form
from khumkan.ui.navigation import Words

UNPROCESSABLE = 422


def act_page(
    request: Request,
    form: Form,
    act: Callable[[], object],
    *,
    heading: Words,
    caption: str,
    back: str,
    does: Words,
    lead: Words = "",
    said: str | Promise = "",
    files: bool = False,
    style: str = "",
) -> HttpResponse:
    """Show a form and do what it asks for; what is refused stands above the form, with everything that was typed.

    :param caption: what it is about; `does` the words of the button; `said` what is told afterwards.
    :param back: where the act began, and where it leads.
    """
    if request.method == "POST" and form.is_valid():
        try:
            act()
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if said:
                messages.success(request, str(said))
            return HttpResponseRedirect(back)
    context = {
        "form": form, "heading": heading, "caption": caption, "back": back, "does": does, "lead": lead, "files": files,
        "style": style,
    }  # fmt: skip
    return render(request, "loans/act.html", context, status=UNPROCESSABLE if form.errors else 200)
