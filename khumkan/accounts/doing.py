"""One act behind one button: do it, say so, and show where it was done."""

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.utils.functional import Promise

from khumkan.accounts.access import Request
from khumkan.kernel.errors import Refused


def do(request: Request, act: Callable[[], object], *, to: str, said: str | Promise = "") -> HttpResponse:
    """Do it and go to a page, with a sentence there that says what was done, or why it was not.

    The page is fetched anew, so that it shows what is true now, whoever else was faster.
    """
    try:
        act()
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if said:
            messages.success(request, str(said))
    return HttpResponseRedirect(to)
