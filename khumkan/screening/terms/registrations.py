"""Terms of registering for a test: who may, who is first, by which method, and where a place is offered."""

from dataclasses import dataclass
from datetime import date

from khumkan.kernel.words import N_
from khumkan.policies import Terms, amended, term, terms
from khumkan.screening.choices import Ground, Method

#: Before the first recorded case in Thailand, so that every recorded day can be replayed.
SINCE = date(2020, 1, 1)


@terms(
    "screening.registration",
    title=N_("Registering for a test"),
    since=SINCE,
    source=(
        "Sections, grounds and RT-PCR: registration of insured persons at risk in Din Daeng from 17 April 2021 "
        "(Thailand Mirror and Pattaya Mail, 14 April 2021). 14 days: quarantine of high-risk contacts in 2020-21 "
        "(Thai PBS infographic 21205). 3 days between tests: lower end of the repetition after 3 to 5 days (The "
        "Nation 40005061). Contacts before symptoms before high risk: the programme's own order. All other values "
        "are settings of the office; no published rule was found."
    ),
)
@dataclass(frozen=True, kw_only=True)
class RegistrationTerms(Terms):
    """Who may register, who comes first, by which method, and how places are given."""

    # Who may
    sections: tuple[int, ...] = term(
        N_("Sections of the Social Security Act whose insured persons may register"), default=(33, 39, 40)
    )
    contact_within_days: int = term(
        N_("Days since a contact last met the case, at most"), default=14, at_least=1, at_most=60
    )
    symptoms_within_days: int = term(N_("Days since symptoms began, at most"), default=14, at_least=1, at_most=60)
    days_between_tests: int = term(
        N_("Days between two tests without new symptoms, at least"), default=3, at_least=0, at_most=60
    )
    days_after_positive: int = term(
        N_("Days after a positive result without another test"), default=90, at_least=0, at_most=365
    )
    decided_by_officer: tuple[Ground, ...] = term(
        N_("Grounds on which an officer decides before a place is given"), default=()
    )
    # Who comes first
    points_contact: int = term(N_("Points for close contact of a case"), default=60, at_least=0, at_most=200)
    points_symptoms: int = term(N_("Points for symptoms"), default=40, at_least=0, at_most=200)
    points_high_risk: int = term(N_("Points for high risk of infection"), default=20, at_least=0, at_most=200)
    points_confirm: int = term(N_("Points for confirming a rapid test"), default=80, at_least=0, at_most=200)
    points_repeat: int = term(N_("Points for repeating an invalid test"), default=70, at_least=0, at_most=200)
    points_again: int = term(
        N_("Points on top when a specimen was lost or spoiled; with more than all others together the person is first"),
        default=1_000, at_least=0, at_most=2_000, before=1_000,
    )  # fmt: skip
    elderly_from_age: int = term(N_("Age in years from which age counts"), default=60, at_least=40, at_most=120)
    points_elderly: int = term(N_("Points for this age"), default=10, at_least=0, at_most=200)
    points_pregnant: int = term(N_("Points for pregnancy"), default=10, at_least=0, at_most=200)
    points_illness: int = term(N_("Points for a long-term illness"), default=10, at_least=0, at_most=200)
    points_meets_many: int = term(N_("Points for work with many people"), default=5, at_least=0, at_most=200)
    points_crowded_home: int = term(
        N_("Points for living in a dormitory or crowded home"), default=5, at_least=0, at_most=200
    )
    # By which method
    method_contact: Method = term(N_("Method for close contacts"), default=Method.PCR)
    method_symptoms: Method = term(N_("Method for persons with symptoms"), default=Method.PCR)
    method_high_risk: Method = term(N_("Method for persons at high risk"), default=Method.PCR)
    rapid_from_age: int = term(N_("Youngest age in years for a rapid test"), default=2, at_least=0, at_most=18)
    rapid_after_contact_days: int = term(
        N_("Days after the contact before which a rapid test finds too little, so that RT-PCR is used"),
        default=0, at_least=0, at_most=14,
    )  # fmt: skip
    # Which place
    days_ahead: int = term(N_("Days ahead within which a place is offered"), default=14, at_least=1, at_most=60)
    minutes_ahead: int = term(
        N_("Minutes between booking and the end of a session, at least"), default=60, at_least=0, at_most=1440
    )
    farthest_km: int = term(N_("Kilometres to a place, at most"), default=80, at_least=1, at_most=500)
    km_for_a_day: int = term(
        N_("Kilometres that are as bad as one more day of waiting"), default=10, at_least=0, at_most=200
    )
    changes: int = term(N_("How often a person may change the place"), default=2, at_least=0, at_most=20)
    waiting_days: int = term(
        N_("Days after which somebody still waiting is taken off the list"), default=14, at_least=1, at_most=90
    )
    missed_after_minutes: int = term(
        N_("Minutes after the end of a session when those who did not come are marked"),
        default=120, at_least=0, at_most=1440,
    )  # fmt: skip


amended(
    RegistrationTerms,
    since=date(2021, 7, 16),
    why=N_("Rapid tests are recognised: a positive one is a probable case and treated at once."),
    source="Pattaya Mail 366842; which ground is tested by which method is a setting of the office.",
    method_symptoms=Method.RAPID,
    method_high_risk=Method.RAPID,
)
amended(
    RegistrationTerms,
    since=date(2022, 3, 1),
    why=N_("A rapid test no longer needs confirming; a negative one is repeated after 3 days."),
    source="The Nation 40013157; RT-PCR in the first days after a contact is a setting of the office.",
    method_contact=Method.RAPID,
    rapid_after_contact_days=3,
)
