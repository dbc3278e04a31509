"""The pages of the menu about loans, the registers and the record."""

from django.utils.translation import gettext_lazy as _

from khumkan.kernel.actors import Role
from khumkan.web.entries import OFFICERS, Programme, place

REGISTERS: tuple[Programme, ...] = (
    Programme(
        _("Loans"),
        (
            place(
                _("Loans"),
                "loans:employer_loans",
                _("See whether you qualify, get the certificate, apply, follow your application."),
                Role.EMPLOYER,
            ),
            place(
                _("Workers under your loans"),
                "loans:own_covenants",
                _("Whether you keep enough workers, month by month, and what is needed by when."),
                Role.EMPLOYER,
            ),
            place(
                _("Applications"),
                "loans:bank_applications",
                _("What employers sent to your bank: check, propose, decide, sign."),
                Role.BANKER,
            ),
            place(
                _("Loans of your bank"),
                "loans:bank_loans",
                _("Schedules, drawings, payments and delays, loan by loan."),
                Role.BANKER,
            ),
            place(
                _("Files of drawings and payments"),
                "loans:bank_files",
                _("Report many drawings or payments at once."),
                Role.BANKER,
            ),
            place(
                _("What is left to lend"),
                "loans:bank_room",
                _("The envelope by size of enterprise, and your bank’s share of this month."),
                Role.BANKER,
            ),
            place(
                _("Borrowers with too few workers"),
                "loans:bank_covenants",
                _("Who has to hire back, and the breaches that you decide about."),
                Role.BANKER,
            ),
            place(
                _("All loans"),
                "loans:office_loans",
                _("How much of each envelope is lent, what is late, and what became of the jobs."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
            ),
            place(
                _("Phases of lending"),
                "loans:lending_phases",
                _("Draft, sign, pause and close phases; the money for each size of enterprise."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
            ),
            place(
                _("Banks"),
                "loans:banks",
                _("The banks that lend, in which phases, and what is deposited there."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
            ),
            place(
                _("Certificates of enterprises"),
                "loans:office_certificates",
                _("Find a certificate of establishment status by its code, and revoke it."),
                *OFFICERS,
            ),
            place(
                _("Do the books agree?"),
                "loans:books",
                _("Journals that do not balance, balances and schedules that differ."),
                *OFFICERS,
                Role.AUDITOR,
            ),
            place(
                _("Workers under loans"),
                "loans:office_covenants",
                _("How all loans stand, cases of too few workers, and waivers."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
            ),
        ),
    ),
    Programme(
        _("Registers and terms"),
        (
            place(
                _("Terms"),
                "policies:kinds",
                _("Thresholds in force, and changing them by two persons."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
                Role.PRIVACY_OFFICER,
            ),
            place(
                _("Sites"),
                "places:sites",
                _("Places, their opening hours and days off."),
                *OFFICERS,
                Role.ADMINISTRATOR,
            ),
            place(
                _("The register"),
                "registry:imports",
                _("Take over persons, employers and filings from files."),
                *OFFICERS,
                Role.ADMINISTRATOR,
            ),
            place(
                _("Monthly filings"),
                "registry:own_filings",
                _("Send your employees and their wages month by month, see what was counted."),
                Role.EMPLOYER,
            ),
            place(_("Staff"), "accounts:users", _("Who works here, with which rights."), Role.ADMINISTRATOR),
        ),
    ),
    Programme(
        _("Record"),
        (
            place(_("Who looked"), "web:who_looked", _("Who looked at your data, when and why."), Role.PERSON),
            place(
                _("Person"),
                "web:audit_person",
                _("Who did and saw what with one person's data."),
                Role.AUDITOR,
                Role.PRIVACY_OFFICER,
            ),
            place(
                _("Seals"), "web:audit_seals", _("Proof that the record is whole."), Role.AUDITOR, Role.PRIVACY_OFFICER
            ),
        ),
    ),
)
