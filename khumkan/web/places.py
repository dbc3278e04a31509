"""The pages of the menu, by programme, and who finds them there."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.actors import Role
from khumkan.ui.navigation import Words


@dataclass(frozen=True)
class Place:
    """A page of the menu, and who finds it there.

    :param hint: one sentence for the card on the role's first page.
    :param short: its name among the pages of its programme, where the programme need not be said again.
    """

    text: Promise
    view: str
    roles: frozenset[Role]
    hint: Promise
    short: Promise


@dataclass(frozen=True)
class Programme:
    """Pages that belong together: one entry of a long menu, one heading of a first page."""

    text: Words
    places: tuple[Place, ...]


def _place(text: Promise, view: str, hint: Promise, *roles: Role, short: Promise | None = None) -> Place:
    return Place(text, view, frozenset(roles), hint, short or text)


OFFICERS = (Role.OFFICER,)
#: In the order in which they stand in the menu; the first page of a programme is where its entry leads.
PROGRAMMES: tuple[Programme, ...] = (
    Programme(
        _("Insured persons"),
        (
            _place(
                _("Callers"),
                "screening:desk",
                _("Find a person, register and change for them."),
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            _place(_("Find a person"), "screening:desk", _("Find a person, register and change for them."), *OFFICERS),
            _place(
                _("People to call"),
                "isolation:desk_cares",
                _("Infected people of whom we do not know how they are."),
                *OFFICERS,
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            _place(
                _("Calls about vaccination"),
                "vaccination:desk_calls",
                _("People who missed their date, or whose dates were taken back."),
                *OFFICERS,
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            _place(
                _("Not found by a driver"),
                "isolation:not_found",
                _("Call those whom a driver did not find."),
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            _place(
                _("Requests"),
                "sign_in:requests",
                _("Letters and new telephones that a second person must approve."),
                *OFFICERS,
                Role.AGENT,
                Role.SUPERVISOR,
            ),
        ),
    ),
    Programme(
        _("Testing"),
        (
            _place(
                _("My tests"), "screening:my_tests", _("Register, see your appointment and your result."), Role.PERSON
            ),
            _place(_("Testing days"), "screening:employer_tests", _("Day, place, and whom to send."), Role.EMPLOYER),
            _place(_("Figures"), "screening:overview", _("Specimens, cases, curve and map."), *OFFICERS),
            _place(
                _("Rounds"),
                "screening:rounds",
                _("Plan a round, draw at random, publish the draw."),
                *OFFICERS,
                Role.AUDITOR,
            ),
            _place(
                _("Sessions"), "screening:sessions", _("Open places for testing, change or cancel them."), *OFFICERS
            ),
            _place(_("Waiting list"), "screening:waiting_list", _("Who waits for a place, and why."), *OFFICERS),
            _place(
                _("Outbreaks"), "screening:alerts", _("Enterprises above the threshold, with their clock."), *OFFICERS
            ),
            _place(_("Today"), "screening:field_today", _("Check in, label, read rapid tests."), Role.SWABBER),
            _place(_("Laboratory"), "screening:lab", _("Receive, pool, enter and release results."), Role.LAB),
        ),
    ),
    Programme(
        _("Hospitels"),
        (
            _place(
                _("My care"), "isolation:my_cares", _("When you are infected: your bed, and how you are."), Role.PERSON
            ),
            _place(
                _("Waiting for a bed"),
                "isolation:waiting_beds",
                _("Who waits for a bed, and why; the matching."),
                *OFFICERS,
            ),
            _place(
                _("Beds"),
                "isolation:board",
                _("Free, held and occupied beds by site and level."),
                *OFFICERS,
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            _place(_("Drives"), "isolation:runs", _("Who is to be fetched, and by which vehicle."), *OFFICERS),
            _place(
                _("Escalations"),
                "isolation:office_escalations",
                _("Who got worse, and who waits for another bed."),
                *OFFICERS,
            ),
            _place(_("Papers"), "isolation:papers", _("Certificates: look up, revoke, issue again."), *OFFICERS),
            _place(
                _("Arrivals"),
                "isolation:arrivals",
                _("Check people in, change their beds."),
                Role.FRONT_DESK,
                Role.NURSE,
            ),
            _place(
                _("Leaving and cleaning"),
                "isolation:leaving",
                _("Who may go, and beds to be cleaned."),
                Role.FRONT_DESK,
                Role.NURSE,
            ),
            _place(_("Drives"), "isolation:drives", _("Fetch people, and say what became of each."), Role.DRIVER),
            _place(
                _("Beds"),
                "isolation:field_beds",
                _("The beds of your site, and those that cannot be used."),
                Role.FRONT_DESK,
                Role.NURSE,
            ),
            _place(_("Nurses’ rounds"), "isolation:rounds", _("Who is late, due and done; enter values."), Role.NURSE),
            _place(
                _("Escalations"), "isolation:escalations", _("Who got worse, and what the doctor decided."), Role.NURSE
            ),
            _place(_("Going home"), "isolation:going_home", _("Who may go today, and who not yet."), Role.NURSE),
        ),
    ),
    Programme(
        _("Vaccination"),
        (
            _place(
                _("My vaccination"),
                "vaccination:mine",
                _("Say yes or no, see your date and place, your doses and your certificates."),
                Role.PERSON,
            ),
            _place(
                _("Vaccination lists"),
                "vaccination:employer_lists",
                _("Name your employees for vaccination, correct the list, see how many want it."),
                Role.EMPLOYER,
            ),
            _place(
                _("Vaccination days"),
                "vaccination:employer_days",
                _("How many of your people came, day by day."),
                Role.EMPLOYER,
            ),
            _place(
                _("Vaccination"),
                "vaccination:overview",
                _("Doses and places, and who waits for a date."),
                *OFFICERS,
                short=_("Overview"),
            ),
            _place(
                _("Plans of dates and places"),
                "vaccination:plans",
                _("Plans that give everybody a date, a time and a place."),
                *OFFICERS,
                short=_("Plans"),
            ),
            _place(
                _("Vaccination phases"),
                "vaccination:phases",
                _("Draft, sign, pause and close phases of vaccination."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
                short=_("Phases"),
            ),
            _place(
                _("Districts to vaccinate"),
                "vaccination:choices",
                _("Simulate and sign which districts are vaccinated next."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
                short=_("Districts"),
            ),
            _place(
                _("Vaccination lists"),
                "vaccination:list_requests",
                _("Changes that employers ask for, and more time for a list."),
                *OFFICERS,
                short=_("Lists"),
            ),
            _place(
                _("Vaccination days"),
                "vaccination:office_days",
                _("Who came to the sites, what became of the doses, what looks odd."),
                *OFFICERS,
            ),
            _place(
                _("Doses at the sites"),
                "vaccination:office_doses",
                _("Doses that were too warm, and what was lost."),
                *OFFICERS,
            ),
            _place(
                _("Reactions after doses"),
                "vaccination:adverse_events",
                _("What happened after a dose, and who has it."),
                *OFFICERS,
                short=_("Reactions"),
            ),
            _place(
                _("Records of doses"),
                "vaccination:records",
                _("Correct records, enter doses given elsewhere."),
                *OFFICERS,
                short=_("Records"),
            ),
            _place(
                _("Vaccination in figures"),
                "vaccination:coverage",
                _("Listed, booked and vaccinated, by area, enterprise and day."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
                short=_("Figures"),
            ),
            _place(
                _("Vaccination today"),
                "vaccination:field_vaccination",
                _("Check in, measure, vaccinate, observe; doses and stand-bys."),
                Role.VACCINATOR,
            ),
            _place(
                _("Report a reaction"),
                "vaccination:field_given",
                _("Somebody is unwell after a dose."),
                Role.VACCINATOR,
            ),
        ),
    ),
    Programme(
        _("Registers and terms"),
        (
            _place(
                _("Terms"),
                "policies:kinds",
                _("Thresholds in force, and changing them by two persons."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
                Role.PRIVACY_OFFICER,
            ),
            _place(
                _("Sites"),
                "places:sites",
                _("Places, their opening hours and days off."),
                *OFFICERS,
                Role.ADMINISTRATOR,
            ),
            _place(
                _("The register"),
                "registry:imports",
                _("Take over persons, employers and filings from files."),
                *OFFICERS,
                Role.ADMINISTRATOR,
            ),
            _place(_("Staff"), "accounts:users", _("Who works here, with which rights."), Role.ADMINISTRATOR),
        ),
    ),
    Programme(
        _("Record"),
        (
            _place(_("Who looked"), "web:who_looked", _("Who looked at your data, when and why."), Role.PERSON),
            _place(
                _("Person"),
                "web:audit_person",
                _("Who did and saw what with one person's data."),
                Role.AUDITOR,
                Role.PRIVACY_OFFICER,
            ),
            _place(
                _("Seals"), "web:audit_seals", _("Proof that the record is whole."), Role.AUDITOR, Role.PRIVACY_OFFICER
            ),
        ),
    ),
)
