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
    "isolation:waiting_beds": _("Looked at the list of those who wait for a bed, on which you are"),
    "isolation:waiting_bed": _("Looked at your place among those who wait for a bed"),
    "isolation:desk_family": _("Looked at your care because somebody of your family called"),
    "isolation:arrivals": _("Looked at the list of those who come to your hospitel"),
    "isolation:arriving": _("Looked at your stay, at the front desk"),
    "isolation:walk_in": _("Looked at your care when you stood at the door"),
    "isolation:leaving": _("Looked at the list of those who may go home"),
    "isolation:run": _("Looked at the list of a drive that fetches you"),
    "isolation:plan_run": _("Planned a drive, and saw that you are to be fetched"),
    "isolation:drive": _("Drove to fetch you"),
    "isolation:not_found_one": _("Looked up your telephone because a driver did not find you"),
    "isolation:round_list": _("Looked at the nurses’ list on which you are"),
    "isolation:bedside": _("Looked at your values, to look after you"),
    "isolation:escalations": _("Looked at the list of those who need a doctor, on which you are"),
    "isolation:going_home": _("Looked at the list of those who go home, on which you are"),
    "isolation:going_one": _("Looked at whether you may go home"),
    "isolation:office_paper": _("Looked at your certificate or your letter for the employer"),
    "sign_in:requests": _("Looked at the change of your telephone number"),
    "isolation:house_people": _("Looked at the list of people at the site where you stay"),
    "audit:person": _("Checked who used your data"),
}
#: By the name of the event: what staff do on behalf of a person.
ACTS: Mapping[str, Promise] = {
    "screening.registered": _("Registered you for a test"),
    "screening.booked": _("Booked a place for you"),
    "screening.moved": _("Booked another place for you"),
    "screening.waiting": _("Put you on the waiting list"),
    "screening.declined": _("Declined a test for you"),
    "isolation.reached": _("Noted that you want to be fetched"),
    "accounts.phone_change_cancelled": _("Stopped the change of your telephone number"),
    "screening.contact_named": _("Named somebody you met, for you"),
    "isolation.triaged": _("Answered the questions about your health for you"),
    "isolation.observed": _("Entered for you how you are"),
    "isolation.care_declined": _("Said for you that you want no bed"),
    "isolation.care_taken_up_again": _("Took you into care again"),
    "isolation.bed_given_back": _("Gave back the bed that was held for you"),
    "isolation.call_tried": _("Tried to call you about your care"),
    "isolation.family_joined": _("Noted that you stay together with your family"),
    "registry.person_corrected": _("Corrected your name or date of birth in the register"),
    "registry.document_added": _("Added an identity document of yours to the register"),
    "registry.document_withdrawn": _("Withdrew a wrong identity number of yours from the register"),
}
