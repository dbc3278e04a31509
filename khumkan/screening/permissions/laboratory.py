"""Who may work for a laboratory, and who answers for cases and outbreaks."""

from khumkan.kernel.actors import Actor, Role, ScopeKind
from khumkan.kernel.errors import Missing, Refused
from khumkan.kernel.words import N_
from khumkan.screening.choices import ResultSource
from khumkan.screening.models import Case, Contact, OutbreakAlert, Result, Specimen
from khumkan.screening.permissions.registrations import check_may_act_for, is_officer_of
from khumkan.screening.permissions.scopes import check_site


def check_may_test_for(by: Actor, laboratory_id: int | None) -> None:
    """Laboratory staff and systems act for the laboratories of their grants.

    :raises Missing: for any other.
    """
    check_site(by, laboratory_id, Role.LAB, Role.CLIENT)


def check_may_see_specimen(by: Actor, specimen: Specimen) -> None:
    """A specimen is seen by the laboratory that it was sent to.

    :raises Missing: for any other.
    """
    if specimen.laboratory_id is None and not by.has(Role.SYSTEM):
        raise Missing("this specimen was sent to no laboratory")
    check_may_test_for(by, specimen.laboratory_id)


def check_may_judge(by: Actor, result: Result) -> None:
    """A result that waits is looked at by its laboratory; a correction of a rapid test by the team of the site, or by
    an officer of its province.

    :raises Missing: for everybody else.
    """
    if result.source != ResultSource.SITE:
        check_may_see_specimen(by, result.specimen)
        return
    site = result.specimen.session.site
    if not is_officer_of(by, site.province_code):
        check_site(by, site.pk, Role.SWABBER)


def check_may_release(by: Actor, result: Result) -> None:
    """Whoever entered a result does not release it.

    :raises Missing: for a result of another laboratory or site.
    :raises Refused: for the person who entered it.
    """
    check_may_judge(by, result)
    if result.entered_by is not None and result.entered_by == by.id:
        raise Refused(
            N_("You entered this result. A second person must look at it and release it."), "release_needs_second"
        )


def may_release(by: Actor, result: Result) -> bool:
    """Tell whether the button is shown."""
    try:
        check_may_release(by, result)
    except (Missing, Refused):
        return False
    return True


def check_is_case(by: Actor, case: Case) -> None:
    """Contacts are named by the case itself, or by staff who act for that person and say why.

    :raises Missing: for everybody else.
    :raises Refused: when staff do not say why they act for the person.
    """
    check_may_act_for(by, person_id=case.person_id, province_code=case.person.province_code)


def check_may_call(by: Actor, contact: Contact) -> None:
    """Officers call the contacts whom cases of their provinces have named.

    :raises Missing: for everybody else.
    """
    if not is_officer_of(by, contact.case.person.province_code):
        raise Missing("no such contact within this officer's provinces")


def check_may_handle(by: Actor, alert: OutbreakAlert) -> None:
    """Officers answer for enterprises of their provinces, or of the whole country.

    :raises Missing: for alerts elsewhere.
    """
    if by.has(Role.SYSTEM) or by.is_national(Role.OFFICER):
        return
    if alert.employer.province_code not in by.keys(Role.OFFICER, ScopeKind.PROVINCE):
        raise Missing("no such alert within this officer's provinces")
