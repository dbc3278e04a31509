"""The pages of the menu, by programme, and who finds them there."""

from django.utils.translation import gettext_lazy as _

from khumkan.kernel.actors import Role
from khumkan.web.entries import OFFICERS, Programme, place
from khumkan.web.places_of_registers import REGISTERS

#: In the order in which they stand in the menu; the first page of a programme is where its entry leads.
PROGRAMMES: tuple[Programme, ...] = (
    Programme(
        _("Situation"),
        (
            place(
                _("Situation room"),
                "situation:room",
                _("The figures of all programmes, where it is going, and what asks for somebody."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
            ),
            place(
                _("Situation reports"),
                "situation:reports",
                _("Freeze the figures of a day as a report in Thai and English."),
                *OFFICERS,
                short=_("Reports"),
            ),
            place(
                _("Announcements"),
                "situation:announcements",
                _("Write, approve and send what people are to know, and see whom it reached."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
            ),
            place(
                _("What we sent you"),
                "situation:my_news",
                _("Announcements that concern you."),
                Role.PERSON,
            ),
        ),
    ),
    Programme(
        _("Insured persons"),
        (
            place(
                _("Callers"),
                "screening:desk",
                _("Find a person, register and change for them."),
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            place(
                _("Who looked at too many people"),
                "hotline:reading_alerts",
                _("Look into alerts, and let colleagues go on."),
                Role.PRIVACY_OFFICER,
            ),
            place(_("Find a person"), "screening:desk", _("Find a person, register and change for them."), *OFFICERS),
            place(
                _("People to call"),
                "isolation:desk_cares",
                _("Infected people of whom we do not know how they are."),
                *OFFICERS,
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            place(
                _("Calls about vaccination"),
                "vaccination:desk_calls",
                _("People who missed their date, or whose dates were taken back."),
                *OFFICERS,
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            place(
                _("Not found by a driver"),
                "isolation:not_found",
                _("Call those whom a driver did not find."),
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            place(
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
        _("Hotline"),
        (
            place(
                _("My cases"),
                "hotline:cases",
                _("What lies with you, what waits in the queues, and the next case."),
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            place(
                _("Calls today"),
                "hotline:calls",
                _("What rings, who it may be, and what came of today’s calls."),
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            place(
                _("People to call back"),
                "hotline:call_backs",
                _("Who was promised a call, and who called in vain."),
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            place(
                _("Wallboard"),
                "hotline:wallboard",
                _("The hotline at this moment, in large figures."),
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            place(
                _("Ask for a call"), "hotline:my_call_back", _("You need not wait: the hotline calls you."), Role.PERSON
            ),
            place(
                _("The hotline at a glance"),
                "hotline:supervise",
                _("What was passed up, is stuck or overdue, and who has how much."),
                Role.SUPERVISOR,
            ),
            place(
                _("Knowledge base"),
                "hotline:knowledge",
                _("Answers to what callers ask; write, review and publish them."),
                Role.AGENT,
                Role.SUPERVISOR,
                *OFFICERS,
            ),
        ),
    ),
    Programme(
        _("Testing"),
        (
            place(
                _("My tests"), "screening:my_tests", _("Register, see your appointment and your result."), Role.PERSON
            ),
            place(_("Testing days"), "screening:employer_tests", _("Day, place, and whom to send."), Role.EMPLOYER),
            place(_("Figures"), "screening:overview", _("Specimens, cases, curve and map."), *OFFICERS),
            place(
                _("Rounds"),
                "screening:rounds",
                _("Plan a round, draw at random, publish the draw."),
                *OFFICERS,
                Role.AUDITOR,
            ),
            place(_("Sessions"), "screening:sessions", _("Open places for testing, change or cancel them."), *OFFICERS),
            place(_("Waiting list"), "screening:waiting_list", _("Who waits for a place, and why."), *OFFICERS),
            place(
                _("Outbreaks"), "screening:alerts", _("Enterprises above the threshold, with their clock."), *OFFICERS
            ),
            place(_("Today"), "screening:field_today", _("Check in, label, read rapid tests."), Role.SWABBER),
            place(_("Laboratory"), "screening:lab", _("Receive, pool, enter and release results."), Role.LAB),
        ),
    ),
    Programme(
        _("Hospitels"),
        (
            place(
                _("My care"), "isolation:my_cares", _("When you are infected: your bed, and how you are."), Role.PERSON
            ),
            place(
                _("Waiting for a bed"),
                "isolation:waiting_beds",
                _("Who waits for a bed, and why; the matching."),
                *OFFICERS,
            ),
            place(
                _("Beds"),
                "isolation:board",
                _("Free, held and occupied beds by site and level."),
                *OFFICERS,
                Role.AGENT,
                Role.SUPERVISOR,
            ),
            place(_("Drives"), "isolation:runs", _("Who is to be fetched, and by which vehicle."), *OFFICERS),
            place(
                _("Escalations"),
                "isolation:office_escalations",
                _("Who got worse, and who waits for another bed."),
                *OFFICERS,
            ),
            place(_("Papers"), "isolation:papers", _("Certificates: look up, revoke, issue again."), *OFFICERS),
            place(
                _("Arrivals"),
                "isolation:arrivals",
                _("Check people in, change their beds."),
                Role.FRONT_DESK,
                Role.NURSE,
            ),
            place(
                _("Leaving and cleaning"),
                "isolation:leaving",
                _("Who may go, and beds to be cleaned."),
                Role.FRONT_DESK,
                Role.NURSE,
            ),
            place(_("Drives"), "isolation:drives", _("Fetch people, and say what became of each."), Role.DRIVER),
            place(
                _("Beds"),
                "isolation:field_beds",
                _("The beds of your site, and those that cannot be used."),
                Role.FRONT_DESK,
                Role.NURSE,
            ),
            place(_("Nurses’ rounds"), "isolation:rounds", _("Who is late, due and done; enter values."), Role.NURSE),
            place(
                _("Escalations"), "isolation:escalations", _("Who got worse, and what the doctor decided."), Role.NURSE
            ),
            place(_("Going home"), "isolation:going_home", _("Who may go today, and who not yet."), Role.NURSE),
        ),
    ),
    Programme(
        _("Vaccination"),
        (
            place(
                _("My vaccination"),
                "vaccination:mine",
                _("Say yes or no, see your date and place, your doses and your certificates."),
                Role.PERSON,
            ),
            place(
                _("Vaccination lists"),
                "vaccination:employer_lists",
                _("Name your employees for vaccination, correct the list, see how many want it."),
                Role.EMPLOYER,
            ),
            place(
                _("Vaccination days"),
                "vaccination:employer_days",
                _("How many of your people came, day by day."),
                Role.EMPLOYER,
            ),
            place(
                _("Vaccination"),
                "vaccination:overview",
                _("Doses and places, and who waits for a date."),
                *OFFICERS,
                short=_("Overview"),
            ),
            place(
                _("Plans of dates and places"),
                "vaccination:plans",
                _("Plans that give everybody a date, a time and a place."),
                *OFFICERS,
                short=_("Plans"),
            ),
            place(
                _("Vaccination phases"),
                "vaccination:phases",
                _("Draft, sign, pause and close phases of vaccination."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
                short=_("Phases"),
            ),
            place(
                _("Districts to vaccinate"),
                "vaccination:choices",
                _("Simulate and sign which districts are vaccinated next."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
                short=_("Districts"),
            ),
            place(
                _("Vaccination lists"),
                "vaccination:list_requests",
                _("Changes that employers ask for, and more time for a list."),
                *OFFICERS,
                short=_("Lists"),
            ),
            place(
                _("Vaccination days"),
                "vaccination:office_days",
                _("Who came to the sites, what became of the doses, what looks odd."),
                *OFFICERS,
            ),
            place(
                _("Doses at the sites"),
                "vaccination:office_doses",
                _("Doses that were too warm, and what was lost."),
                *OFFICERS,
            ),
            place(
                _("Reactions after doses"),
                "vaccination:adverse_events",
                _("What happened after a dose, and who has it."),
                *OFFICERS,
                short=_("Reactions"),
            ),
            place(
                _("Records of doses"),
                "vaccination:records",
                _("Correct records, enter doses given elsewhere."),
                *OFFICERS,
                short=_("Records"),
            ),
            place(
                _("Vaccination in figures"),
                "vaccination:coverage",
                _("Listed, booked and vaccinated, by area, enterprise and day."),
                *OFFICERS,
                Role.SUPERVISOR,
                Role.AUDITOR,
                short=_("Figures"),
            ),
            place(
                _("Vaccination today"),
                "vaccination:field_vaccination",
                _("Check in, measure, vaccinate, observe; doses and stand-bys."),
                Role.VACCINATOR,
            ),
            place(
                _("Report a reaction"),
                "vaccination:field_given",
                _("Somebody is unwell after a dose."),
                Role.VACCINATOR,
            ),
        ),
    ),
    *REGISTERS,
)
