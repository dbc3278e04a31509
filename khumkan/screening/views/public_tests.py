"""What everybody may read: who can be tested, where and how; and the page that an invitation opens."""

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from khumkan import policies
from khumkan.accounts.access import Request, public
from khumkan.kernel import clock
from khumkan.screening.queries import registrations as queries
from khumkan.screening.terms.registrations import RegistrationTerms


@public("whoever thinks of a test reads who can have one, where and how, before signing in")
@require_GET
def who_can(request: Request) -> HttpResponse:
    """Say who can be tested under the terms of today, and which sessions have room."""
    context = {
        "terms": policies.in_force(RegistrationTerms, on=clock.today()),
        "sessions": queries.public_sessions(),
        "as_of": clock.now(),
    }
    return render(request, "screening/registrations/public.html", context)


@public("the link of an invitation is opened before signing in; it says nothing about anybody")
@require_GET
def invitation(request: Request, reference: str) -> HttpResponse:
    """Invite to a test. An unknown, a used and an open invitation look alike: the page says nothing about anybody."""
    return render(request, "screening/registrations/invitation.html", {"reference": reference})
