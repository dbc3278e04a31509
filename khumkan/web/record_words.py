"""What the person whose data it is reads of a look at it, or of an act on their behalf."""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: By the name of the page that was looked at: every `page=` of `record.saw`.
PAGES: Mapping[str, Promise] = {
    "registry:person": _("Found you in the register"),
    "screening:arrival": _("Looked at your appointment at the testing site"),
    "screening:field_session": _("Looked at the list of a testing day on which you are"),
    "screening:employer_visit": _("Looked, for your employer, at the names called to the test"),
    "screening:waiting_list": _("Looked at the waiting list on which you are"),
    "screening:waiting_one": _("Looked at your place on the waiting list"),
    "sign_in:requests": _("Looked at the change of your telephone number"),
    "audit:person": _("Checked who used your data"),
}
#: By the name of the event: what staff do on behalf of a person.
ACTS: Mapping[str, Promise] = {
    "screening.registered": _("Registered you for a test"),
    "screening.booked": _("Booked a place for you"),
    "screening.moved": _("Booked another place for you"),
    "screening.waiting": _("Put you on the waiting list"),
    "screening.declined": _("Declined a test for you"),
    "accounts.phone_change_cancelled": _("Stopped the change of your telephone number"),
    "screening.contact_named": _("Named somebody you met, for you"),
    "registry.person_corrected": _("Corrected your name or date of birth in the register"),
    "registry.document_added": _("Added an identity document of yours to the register"),
    "registry.document_withdrawn": _("Withdrew a wrong identity number of yours from the register"),
}
