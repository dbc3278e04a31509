"""Whom a case may name as a contact."""

from datetime import date, timedelta

from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_

#: Nobody is asked to remember more; quarantine of high-risk contacts was 14 days in 2020-21 (Thai PBS 21205).
REMEMBERED = timedelta(days=14)


def may_name_contact(*, is_withdrawn: bool, named: int, most: int) -> Verdict:
    """Say whether a case may name one more contact."""
    if is_withdrawn:
        return Verdict.no(
            Reason("case_withdrawn", N_("Your result was corrected; nobody needs to be told. Thank you for offering."))
        )
    if named >= most:
        return Verdict.no(
            Reason(
                "contacts_enough",
                N_("You have named %(count)d persons. For more, please call 1506."),
                {"count": named},
            )
        )
    return Verdict.yes()


def may_have_met(last_met_on: date, *, today: date) -> Verdict:
    """Say whether a day of meeting can be: not in the future, not so long ago that it does not matter."""
    if last_met_on > today:
        return Verdict.no(Reason("met_in_future", N_("This day is in the future.")))
    if today - last_met_on > REMEMBERED:
        return Verdict.no(
            Reason(
                "met_long_ago",
                N_("Please name only people whom you met within the last %(days)d days."),
                {"days": REMEMBERED.days},
            )
        )
    return Verdict.yes()
