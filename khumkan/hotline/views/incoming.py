"""Where providers bring messages that people wrote to us."""

from django.http import HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from khumkan.accounts.access import Request, public
from khumkan.hotline.actions import incoming as actions
from khumkan.kernel.actors import Actor
from khumkan.kernel.errors import Refused
from khumkan.messages import inbound
from khumkan.messages.receipts import Signed
from khumkan.record.idempotency import unkeyed

REFUSALS = {"signature": 403, "unreadable": 400, "too_many": 413}


@csrf_exempt
@unkeyed("a message that comes twice changes nothing; each call is signed")
@public("providers sign their calls")
@require_POST
def incoming(request: Request, provider: str) -> HttpResponse:
    """Take messages from a provider: signed, in any order, as often as it likes."""
    call = Signed(request.body, request.headers.get("X-Timestamp", ""), request.headers.get("X-Signature", ""))
    try:
        messages = inbound.read(provider, call)
    except Refused as refusal:
        return JsonResponse({"code": refusal.code, "detail": str(refusal)}, status=REFUSALS[refusal.code])
    count = actions.take_in(provider=provider, messages=messages, by=Actor.system("hotline"))
    return JsonResponse({"taken_in": count})
