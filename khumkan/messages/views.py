"""The inbox page of demonstrations, and where providers call us back."""

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from khumkan.accounts.access import Request, public
from khumkan.kernel.digits import only_digits
from khumkan.kernel.errors import Refused
from khumkan.kernel.pages import paginate
from khumkan.messages import config, queries
from khumkan.messages import inbox as inbox_page
from khumkan.messages import receipts as receipt_calls
from khumkan.record.idempotency import unkeyed

ON_A_PAGE = 30


@public("shows what was sent; there in development and demonstration only")
@require_GET
def inbox(request: Request) -> HttpResponse:
    """Show the messages sent, newest first; those to one phone when its last digits are given."""
    if not config.inbox_is_shown():
        raise Http404
    digits = only_digits(request.GET.get("phone", ""))[-4:]
    page = paginate(queries.shown(digits), number=request.GET.get("page"), size=ON_A_PAGE)
    letters = [inbox_page.opened(shown) for shown in page.rows]
    return render(request, "messages/inbox.html", {"page": page, "letters": letters, "digits": digits})


@csrf_exempt
@unkeyed("a receipt that comes twice changes nothing; each call is signed")
@public("providers sign their calls")
@require_POST
def receipts(request: Request, provider: str) -> HttpResponse:
    """Take delivery receipts from a provider: signed, in any order, as often as it likes."""
    call = receipt_calls.Signed(
        request.body, request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", "")
    )
    try:
        return JsonResponse({"noted": receipt_calls.accept(provider, call)})
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=REFUSALS[refusal.code])


REFUSALS = {"signature": 403, "unreadable": 400, "too_many": 413}
