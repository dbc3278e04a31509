"""What is under way about loans: certificates, applications, and the workers who are kept under a loan."""

from collections.abc import Mapping, Sequence

from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from khumkan.kernel import clock
from khumkan.loans.choices import Standing
from khumkan.loans.models import Application, EmployerCertificate, Loan
from khumkan.loans.queries import certificates, covenants
from khumkan.loans.rules import covenant as rules
from khumkan.loans.rules.certificates import Standing as PaperStanding
from khumkan.loans.rules.covenant import Advice, Judged
from khumkan.loans.states import LIVE_APPLICATIONS, LIVE_LOANS, ApplicationState, LoanState
from khumkan.loans.words import STANDINGS, WORDS
from khumkan.web.under_way.thing import Thing, begin_of, day_words, moment_words, month_words

#: What an employer does about an application, or waits for, by its state. A signed one goes on as a loan.
SAID: Mapping[str, tuple[Promise, Promise, bool]] = {
    ApplicationState.DRAFT: (
        gettext_lazy("You have not sent it yet. Complete it and send it to the bank."),
        gettext_lazy("Go on with the application"),
        True,
    ),
    ApplicationState.RETURNED: (
        gettext_lazy("The bank needs something from you. Read what it asks for, and send it again."),
        gettext_lazy("Read what the bank asks for"),
        True,
    ),
    ApplicationState.SENT: (
        gettext_lazy("The bank looks at it and writes to you."),
        gettext_lazy("See your application"),
        False,
    ),
    ApplicationState.PROPOSED: (
        gettext_lazy("The bank looks at it and writes to you."),
        gettext_lazy("See your application"),
        False,
    ),
    ApplicationState.APPROVED: (
        gettext_lazy("The money is reserved for you. Go to the bank and sign in time."),
        gettext_lazy("See your application"),
        True,
    ),
}


def applications(rows: Sequence[Application]) -> list[Thing]:
    """Return the applications under way. No query."""
    return [_application(each) for each in rows if each.state in SAID]


def papers(rows: Sequence[EmployerCertificate], own: Sequence[Application]) -> list[Thing]:
    """Return the certificates that hold and with which nobody has applied yet. No query."""
    applied = {(each.employer_id, each.phase_id) for each in own if each.state in LIVE_APPLICATIONS}
    newest: dict[tuple[int, int], EmployerCertificate] = {}
    for each in rows:
        key = (each.employer_id, each.phase_id)
        if certificates.standing_of(each) is PaperStanding.VALID and key not in applied:
            newest.setdefault(key, each)
    return [_paper(each) for each in newest.values()]


def workers(rows: Sequence[Loan]) -> list[Thing]:
    """Return how the loans stand under which workers are kept. A query each."""
    return [_workers(each) for each in rows if each.state in LIVE_LOANS]


def _application(each: Application) -> Thing:
    said, action, asks = SAID[each.state]
    at = each.reserved_until if each.state == ApplicationState.APPROVED else None
    words = f"{each.bank}: {said}"
    if at is not None:
        words = f"{words} " + _("Reserved until %(until)s.") % {"until": moment_words(at)}
    page, whose = reverse("loans:application", args=[each.reference]), str(each.employer)
    return Thing(_("Application for a loan"), WORDS[ApplicationState(each.state)], words, page, action, asks, at, whose)


def _paper(each: EmployerCertificate) -> Thing:
    said = _("You can apply at a bank with it until %(day)s.") % {"day": day_words(each.valid_until)}
    return Thing(
        title=_("Certificate of establishment status"),
        shown=STANDINGS[PaperStanding.VALID],
        said=said,
        href=reverse("loans:offer", args=[each.employer.reference, each.phase_id]),
        action=_("Apply for a loan"),
        at=begin_of(each.valid_until),
        whose=str(each.employer),
    )


def _workers(loan: Loan) -> Thing:
    months = covenants.latest_months(loan)
    last = next((each for each in reversed(months) if each.standing in covenants.KNOWN), None)
    title, page = _("Workers under your loan"), reverse("loans:own_covenant", args=[loan.reference])
    about, whose = {"reference": loan.reference}, str(loan.employer)
    if last is None:
        said = _("%(reference)s: file every month in time. No month has been judged yet.") % about
        return Thing(title, WORDS[LoanState(loan.state)], said, page, _("See your loan"), whose=whose)
    judged, terms = Judged(last.month, Standing(last.standing), last.below), covenants.terms_of(loan)
    advice = rules.advice(judged, insured=last.insured or 0, baseline=loan.baseline, terms=terms)
    state, action = WORDS[Standing(last.standing)], _("See what is needed")
    if advice is not None:
        return Thing(title, state, _advice(loan, advice), page, action, True, begin_of(advice.file_by), whose)
    if last.standing == Standing.BREACHED:
        said = _("%(reference)s: the bank was told of a breach and decides. Talk to your bank now.") % about
        return Thing(title, state, said, page, action, True, begin_of(clock.today()), whose)
    if last.standing == Standing.WAIVED:
        said = _("%(reference)s: the office lets the latest month pass. The next one counts again.") % about
        return Thing(title, state, said, page, _("See your loan"), whose=whose)
    said = _("%(reference)s: you keep enough workers. There is nothing to do.") % about
    return Thing(title, state, said, page, _("See your loan"), whose=whose)


def _advice(loan: Loan, advice: Advice) -> str:
    about = {
        "reference": loan.reference,
        "missing": advice.missing,
        "workers": advice.workers,
        "month": month_words(advice.month),
        "day": day_words(advice.file_by),
    }
    if not advice.missing:
        return _("%(reference)s: you are close to the line. Keep at least %(workers)s workers.") % about
    return (
        _(
            "%(reference)s: %(missing)s workers are missing. Have at least %(workers)s in %(month)s, and file that "
            "month by %(day)s. Otherwise the bank is told of a breach."
        )
        % about
    )
