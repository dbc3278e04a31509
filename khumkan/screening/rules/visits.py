"""What may happen at the door of a session."""

from dataclasses import dataclass
from datetime import date

from khumkan.kernel import references
from khumkan.kernel.errors import Reason, Verdict
from khumkan.kernel.words import N_
from khumkan.screening.states import RegistrationState

#: What the code on a label, and the code of a registration, begin with.
SPECIMEN_PREFIX, REGISTRATION_PREFIX = "S", "T"
#: In these states a person has been here and is done.
DONE = (RegistrationState.SAMPLED, RegistrationState.ANSWERED)


@dataclass(frozen=True)
class Tally:
    """How many registrations of a session stand where, at this moment.

    :param unread: rapid tests without a result, among those who came.
    :param unsent: specimens for a laboratory that have not left the site.
    """

    booked: int
    checked_in: int
    came: int
    no_show: int
    turned_away: int
    unread: int = 0
    unsent: int = 0

    @property
    def listed(self) -> int:
        """Everybody on the list."""
        return self.booked + self.checked_in + self.came + self.no_show + self.turned_away


def may_check_in(
    *, state: RegistrationState, booked_site: str, booked_day: date, is_this_session: bool, today: date
) -> Verdict:
    """Say whether somebody who shows a registration may come in here and now."""
    if state is RegistrationState.CHECKED_IN:
        return Verdict.no(Reason("already_checked_in", N_("This person is already checked in.")))
    if state in DONE:
        return Verdict.no(Reason("already_sampled", N_("A specimen was already taken for this registration.")))
    if state is RegistrationState.MISSED:
        return Verdict.no(
            Reason("marked_missed", N_("This session was closed and the person counted as not come. Take a walk-in."))
        )
    if state is not RegistrationState.BOOKED:
        return Verdict.no(Reason("not_booked", N_("This registration has no place. Take the person as a walk-in.")))
    if booked_day != today or not is_this_session:
        return Verdict.no(
            Reason(
                "other_session",
                N_("This person has a place at another session: %(site)s, %(day)s."),
                {"site": booked_site, "day": booked_day},
            )
        )
    return Verdict.yes()


def may_close(tally: Tally, *, is_over: bool) -> Verdict:
    """Say whether a session may be closed: nobody may be left between the door and the answer, or be on the way.

    :param is_over: whether its last hour has passed; before that it can be closed once everybody has come.
    """
    if tally.booked and not is_over:
        return Verdict.no(
            Reason(
                "close_too_early",
                N_("%(count)d persons are still expected. The session can be closed after its last hour."),
                {"count": tally.booked},
            )
        )
    if tally.checked_in:
        return Verdict.no(
            Reason(
                "close_people_inside",
                N_("%(count)d persons are checked in and have no specimen. Take it or note why not, then close."),
                {"count": tally.checked_in},
            )
        )
    if tally.unread:
        return Verdict.no(
            Reason(
                "close_unread",
                N_("%(count)d rapid tests have no result yet. Read them or note that they cannot be used, then close."),
                {"count": tally.unread},
            )
        )
    if tally.unsent:
        return Verdict.no(
            Reason(
                "close_unsent",
                N_("%(count)d specimens are still here. Send them in a box or note they cannot be used, then close."),
                {"count": tally.unsent},
            )
        )
    return Verdict.yes()


def readings_agree(first: str, second: str) -> Verdict:
    """Say whether two readings of a rapid test are the same; a slip of the thumb must not make a case."""
    if first == second:
        return Verdict.yes()
    return Verdict.no(
        Reason("readings_differ", N_("The two readings are not the same. Look at the test again and enter both anew."))
    )


def is_label(code: str) -> Verdict:
    """Say whether a right code is that of a specimen label; every other thing has a code with another first letter."""
    if code.startswith(f"{SPECIMEN_PREFIX}-"):
        return Verdict.yes()
    return Verdict.no(
        Reason(
            "not_a_label",
            N_("%(code)s is not the code of a label; that begins with S. Scan the label on the tube."),
            {"code": code},
        )
    )


def nobody_found(wanted: str) -> Reason:
    """Say why nobody was found: the code is of another kind, or nobody on the lists is meant."""
    code = references.read(wanted.rstrip("/").rpartition("/")[2])
    if code and code.partition("-")[0] not in (REGISTRATION_PREFIX, SPECIMEN_PREFIX):
        return Reason(
            "other_kind",
            N_("%(code)s is the code of something else. Scan the person's code (T-…) or the label (S-…)."),
            {"code": code},
        )
    return Reason("nobody_found", N_("Nobody with this code, number or name is expected here today."))
