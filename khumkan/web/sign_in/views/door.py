"""The door for persons: identity number, code, letter. Every page is the same whatever the register holds."""

from django.http import HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from khumkan.accounts import addresses, codes, limits, log, sessions, throttle, tickets
from khumkan.accounts.access import Request, public, safe_next
from khumkan.accounts.codes import Answer, Guess
from khumkan.accounts.oidc import Audience, providers_for
from khumkan.accounts.states import CodePurpose, Method, Outcome
from khumkan.kernel.actors import ActorKind
from khumkan.record.idempotency import unkeyed
from khumkan.web.sign_in import asking
from khumkan.web.sign_in.forms import CodeForm, LetterForm, NumberForm

COUNTS = "tries are counted in transactions of their own, and each code opens once"
HOME = "/"


@public("the door for insured persons")
@unkeyed("asks for a code; asking is throttled, and codes asked for twice are two codes")
def start(request: Request) -> HttpResponseBase:
    """The identity number."""
    form = NumberForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            asked = asking.for_number(request, form.cleaned_data["kind"], form.cleaned_data["number"])
            if asked:
                response = HttpResponseRedirect(with_next(request, reverse("sign_in:code")))
                keep_handle(response, CodePurpose.SIGN_IN, asked.handle)
                return response
            form.add_error(None, too_many())
    context = {"form": form, "providers": providers_for(Audience.PERSONS), "next": request.GET.get("next", "")}
    return render(request, "sign_in/start.html", context, status=status)


@public("the second step at the door; opens nothing without the code")
@unkeyed(COUNTS)
def code(request: Request) -> HttpResponseBase:
    """The code by SMS."""
    handle = handle_of(request, CodePurpose.SIGN_IN)
    if not handle:
        return HttpResponseRedirect(reverse("sign_in:start"))
    form = CodeForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        guess = guessed(request, form, CodePurpose.SIGN_IN)
        if guess and guess.answer is Answer.RIGHT and guess.person_id is not None:
            return let_in(request, guess.person_id, method=Method.PHONE_CODE)
        explain(form, guess)
    return render(request, "sign_in/code.html", {"form": form, "again": reverse("sign_in:start")}, status=status)


@public("the door for persons without a phone; opens nothing without the code of a letter")
@unkeyed(COUNTS)
def letter(request: Request) -> HttpResponseBase:
    """The code of a letter."""
    form = LetterForm(request.POST or None)
    status = 200
    if request.method == "POST":
        status = 422
        if form.is_valid():
            guess = _letter_guess(request, form)
            if guess and guess.answer is Answer.RIGHT and guess.person_id is not None:
                return let_in(request, guess.person_id, method=Method.LETTER)
            log.note(request, Outcome.WRONG if guess else Outcome.THROTTLED, kind=ActorKind.PERSON)
            form.add_error(
                None, _("Number and code do not belong together, or the letter is too old.") if guess else too_many()
            )
    return render(request, "sign_in/letter.html", {"form": form}, status=status)


def let_in(request: Request, person_id: int, *, method: Method) -> HttpResponse:
    """Sign a person in and lead on."""
    response = HttpResponseRedirect(safe_next(request, request.GET.get("next"), default=HOME))
    drop_handle(response, CodePurpose.SIGN_IN)
    sessions.begin(request, response, method=method, person_id=person_id)
    log.note(request, Outcome.SIGNED_IN, kind=ActorKind.PERSON, person_id=person_id, method=method)
    return response


def guessed(request: Request, form: CodeForm, purpose: CodePurpose) -> Guess | None:
    """Try the typed code; None when the form is empty or there were too many tries from this network."""
    if not form.is_valid():
        return None
    if not throttle.take(limits.GUESS_NETWORK, addresses.network(request)):
        return Guess(Answer.BUSY)
    guess = codes.guess(handle_of(request, purpose), purpose=purpose, typed=form.cleaned_data["code"])
    if guess.answer is not Answer.RIGHT:
        log.note(request, Outcome.WRONG, kind=ActorKind.PERSON)
    return guess


def explain(form: CodeForm, guess: Guess | None) -> None:
    """Say what was wrong with a guess."""
    if guess is None:
        return
    sentences = {
        Answer.WRONG: _("This code is not right. Check the message and try once more."),
        Answer.SPENT: _("This code does not count any more. Ask for a new one."),
        Answer.BUSY: _("Very many wrong codes are coming in just now. Ask for a new code in a few minutes."),
    }
    form.add_error("code", sentences.get(guess.answer, sentences[Answer.SPENT]))


def too_many() -> str:
    """Return what somebody reads who asked too often."""
    return _("Too many tries. Wait an hour, or call 1506: we help you without a code.")


def handle_of(request: Request, purpose: CodePurpose) -> str:
    """Return the handle of the code that this browser asked for."""
    return request.COOKIES.get(_cookie(purpose), "")


def keep_handle(response: HttpResponseBase, purpose: CodePurpose, handle: str) -> None:
    """Let the browser keep the handle of its code."""
    tickets.put(response, _cookie(purpose), handle, lifetime=codes.LIFETIME)


def drop_handle(response: HttpResponseBase, purpose: CodePurpose) -> None:
    """Let the browser forget the handle of its code."""
    response.delete_cookie(_cookie(purpose), path="/", samesite="Lax")


def with_next(request: Request, page: str) -> str:
    """Return the address of a page that leads on to where the browser wanted to go."""
    target = request.GET.get("next", "")
    return f"{page}?{urlencode({'next': target})}" if target else page


def _letter_guess(request: Request, form: LetterForm) -> Guess | None:
    kind, number = form.cleaned_data["kind"], form.cleaned_data["number"]
    if not throttle.take_all(
        (limits.LETTER_NUMBER, f"{kind}:{number}"), (limits.GUESS_NETWORK, addresses.network(request))
    ):
        return None
    return codes.guess_letter(kind=kind, number=number, typed=form.cleaned_data["code"])


def _cookie(purpose: CodePurpose) -> str:
    return tickets.named(f"code-{purpose}")
