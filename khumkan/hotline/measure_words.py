"""What the checker says of each thing that somebody can get."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.hotline.rules.checking import Measure


@dataclass(frozen=True)
class Shown:
    """A measure on the page.

    :param view: the page where one gets it; empty for what is done by telephone.
    :param article: the address of the article to read on.
    """

    title: Promise
    sentence: Promise
    view: str
    button: Promise | str
    article: str
    is_urgent: bool = False


MEASURES: Mapping[Measure, Shown] = {
    Measure.EMERGENCY: Shown(
        _("Call 1669 at once"),
        _("What you describe can be severe. Do not wait for a test, a bed or a call from us."),
        "",
        "",
        "emergency-1669",
        is_urgent=True,
    ),
    Measure.CARE: Shown(
        _("A bed, or care at home"),
        _(
            "Answer the questions on your health, and we look for a place that suits you. If your test was elsewhere, "
            "call 1506 and press 6."
        ),
        "isolation:my_cares",
        _("Go to my care"),
        "how-to-get-a-bed",
    ),
    Measure.TEST: Shown(
        _("A free test, among the first"),
        _("With contact or symptoms you may register now. We give you the nearest place with room."),
        "screening:register_choose",
        _("Register for a test"),
        "register-for-a-test",
    ),
    Measure.TEST_AT_RISK: Shown(
        _("A free test, if you are at high risk"),
        _("Without contact or symptoms you may register when your work or home puts you at high risk."),
        "screening:public",
        _("Who can be tested, where and how"),
        "who-can-be-tested",
    ),
    Measure.VACCINATION: Shown(
        _("A vaccination: it is open for you"),
        _("Say that you want it, and we give you a day and a place. Employees need to be on their employer’s list."),
        "vaccination:mine",
        _("Go to my vaccination"),
        "how-to-get-vaccinated",
    ),
    Measure.VACCINATION_LATER: Shown(
        _("A vaccination: not open for you yet"),
        _("No phase that is open today takes your section there. See what is open and what comes."),
        "vaccination:open_phases",
        _("Where vaccination is open"),
        "section-39-40-vaccination",
    ),
    Measure.LOST_WORK: Shown(
        _("Stay insured without work"),
        _("You may be insured for a while, and can go on by yourself. Call 1506 and we look it up."),
        "",
        "",
        "lost-my-job",
    ),
    Measure.EMPLOYER_LISTS: Shown(
        _("Vaccination and tests for your workers"),
        _("Send the list of those who are willing, and see testing days."),
        "vaccination:employer_lists",
        _("Vaccination list of my enterprise"),
        "send-vaccination-list",
    ),
    Measure.LOAN: Shown(
        _("A loan that keeps people in work"),
        _("Banks of the programme lend at a fixed rate to employers who keep their workers."),
        "loans:employer_loans",
        _("See whether my enterprise qualifies"),
        "employment-loan",
    ),
    Measure.LOAN_LATER: Shown(
        _("A loan that keeps people in work: not open now"),
        _("No phase of lending takes applications today. Read who can borrow, and what to have ready."),
        "",
        "",
        "employment-loan",
    ),
    Measure.OTHER_SCHEME: Shown(
        _("Help from another scheme"),
        _(
            "This service is for insured persons. With the universal coverage card call 1330; in an emergency call "
            "1669."
        ),
        "",
        "",
        "not-insured",
    ),
}
