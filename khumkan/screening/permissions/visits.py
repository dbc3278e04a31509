"""Who may work at the door and at the swab."""

from khumkan.kernel.actors import Actor, Role
from khumkan.screening.models import Registration, Session
from khumkan.screening.permissions.scopes import check_site


def check_may_work_at(by: Actor, session: Session) -> None:
    """Swab teams work at the sites of their grants.

    :raises Missing: for a session elsewhere.
    """
    check_site(by, session.site_id, Role.SWABBER)


def check_may_receive(by: Actor, registration: Registration) -> None:
    """A registration is seen at the site where it has its place.

    :raises Missing: when it has none, or has it elsewhere.
    """
    site_id = registration.session.site_id if registration.session else None
    check_site(by, site_id, Role.SWABBER)
