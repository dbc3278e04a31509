"""The closed lists of the vaccination programme that are no states."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Vaccine(TextChoices):
    """The vaccines that were given in Thailand; their intervals and ages are terms."""

    ASTRAZENECA = "astrazeneca", "AstraZeneca"
    SINOVAC = "sinovac", "Sinovac"
    SINOPHARM = "sinopharm", "Sinopharm"
    PFIZER = "pfizer", "Pfizer"
    MODERNA = "moderna", "Moderna"


class Group(IntegerChoices):
    """Who comes first, by what the register knows; a greater number is sooner.

    At high risk is who works where workers live on the premises or in common housing.
    """

    WORKER = 1, _("Insured employee")
    HIGH_RISK_WORK = 2, _("Employee of an enterprise at high risk")
    ELDERLY = 3, _("Aged 60 or over")
    SECOND_DOSE = 4, _("Due for a further dose")


class RowVerdict(TextChoices):
    """What the check says about one row of an employer's list."""

    NEW = "new", _("New")
    CHANGED = "changed", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")
    LOOK = "look", _("Please look: is this the same person?")
    REFUSED = "refused", _("Cannot be taken")
    DOUBLED = "doubled", _("Twice in this list")


class ListSource(TextChoices):
    """How a list came."""

    FILE = "file", _("File")
    PASTED = "pasted", _("Pasted")
    ONE = "one", _("Entered one by one")
    FILINGS = "filings", _("From the monthly filing")
    SYSTEM = "system", _("From another system")


class ListedBy(TextChoices):
    """What somebody on a list is to the employer's list now."""

    LISTED = "listed", _("On the list")
    REMOVED = "removed", _("Taken off the list")


class Decided(TextChoices):
    """By which way a worker decided."""

    LINK = "link", _("On the own page")
    HOTLINE = "hotline", _("By telephone")
    SITE = "site", _("At the site")
    OFFICE = "office", _("At the office")


class WaitingBecause(TextChoices):
    """Why somebody has no date yet."""

    NEXT_PLAN = "next_plan", _("The next plan gives you a date")
    AREA_NOT_OPEN = "area_not_open", _("The area of your workplace is not open yet")
    NO_DOSES = "no_doses", _("There are not enough doses yet")
    NO_PLACES = "no_places", _("All places within reach are taken")
    INTERVAL = "interval", _("It is too early for your next dose")
    NO_VACCINE_FOR_AGE = "no_vaccine_for_age", _("No vaccine for your age is there yet")
    SHARE = "share", _("Too many people of one workplace would be away on one day")
    SITE_CLOSED = "site_closed", _("Your site was closed; you are first in the next plan")
    STOCK_SLIPPED = "stock_slipped", _("The doses for your date did not come; you are first in the next plan")
    MISSED = "missed", _("You did not come to your date")
    DEFERRED = "deferred", _("It was put off at the site")
    GAVE_BACK = "gave_back", _("You gave your date back")
    NO_ADDRESS = "no_address", _("It is not known where you live or work: please call us")


class TurnedBack(TextChoices):
    """Why somebody left the site without a dose."""

    FEVER = "fever", _("Temperature too high today")
    PRESSURE = "pressure", _("Blood pressure too high today")
    UNWELL = "unwell", _("Does not feel well today")
    DOCTOR = "doctor", _("A doctor has to decide first")
    REFUSED = "refused", _("Does not want it")
    MISMATCH = "mismatch", _("The document shows somebody else")
    NOT_ELIGIBLE = "not_eligible", _("May not be given this vaccine")
    NO_DOSE = "no_dose", _("No dose was left")
    WENT_AWAY = "went_away", _("Went away")


class Question(TextChoices):
    """What everybody is asked before a dose, with yes or no."""

    ILL_TODAY = "ill_today", _("Do you feel ill today?")
    FEVER = "fever", _("Have you had a fever in the last three days?")
    COVID = "covid", _("Have you been infected with Covid in the last three months?")
    ALLERGY = "allergy", _("Have you ever had a severe allergic reaction to a vaccine, a medicine or food?")
    LAST_DOSE = "last_dose", _("Did you have a severe reaction to an earlier dose?")
    OTHER_VACCINE = "other_vaccine", _("Have you had another vaccine in the last 14 days?")
    PREGNANT = "pregnant", _("Are you pregnant?")
    IMMUNE = "immune", _("Is your immune system weak, from an illness or a medicine?")
    BLOOD = "blood", _("Do you bleed easily, or take blood-thinning medicine?")


class DoorOutcome(TextChoices):
    """What happened at the door to somebody who was not let in as booked."""

    NOT_ON_LIST = "not_on_list", _("Not on the list")
    OTHER_DAY = "other_day", _("Booked for another day")
    OTHER_SITE = "other_site", _("Booked for another site")
    MISMATCH = "mismatch", _("The document shows somebody else")
    STAND_BY = "stand_by", _("Let in for a dose that was left")
    NO_SHOW = "no_show", _("Did not come")


class StockKind(TextChoices):
    """Why the doses of a lot at a site became more or fewer. The balance is their sum."""

    RECEIVED = "received", _("Received")
    SENT_ON = "sent_on", _("Sent to another site")
    GIVEN = "given", _("Given")
    BROKEN = "broken", _("Broken, or drawn up badly")
    LEFT_OVER = "left_over", _("Left in an open vial at the end of the day")
    EXPIRED = "expired", _("Expired")
    TOO_WARM = "too_warm", _("Temperature out of range")
    COUNTED = "counted", _("Corrected after counting")


class InjectedIn(TextChoices):
    """Where the needle went in."""

    LEFT_ARM = "left_arm", _("Left upper arm")
    RIGHT_ARM = "right_arm", _("Right upper arm")
    THIGH = "thigh", _("Thigh")


class Reaction(TextChoices):
    """What people feel after a dose; the warning signs come last."""

    PAIN = "pain", _("Pain or swelling at the arm")
    TIRED = "tired", _("Tired")
    HEADACHE = "headache", _("Headache")
    MUSCLES = "muscles", _("Aching muscles")
    FEVER = "fever", _("Fever")
    NAUSEA = "nausea", _("Feeling sick")
    RASH = "rash", _("Rash")
    HIGH_FEVER = "high_fever", _("Fever of 39 °C or more")
    SEVERE_HEADACHE = "severe_headache", _("Severe headache")
    VOMITING = "vomiting", _("Vomited more than five times")
    CHEST = "chest", _("Tight chest or short of breath")
    FACE = "face", _("One side of the face hangs down")
    WEAKNESS = "weakness", _("Weak arms or legs, cannot stand")
    UNCONSCIOUS = "unconscious", _("Fainted or had a fit")


class ToldBy(TextChoices):
    """Who said it."""

    PERSON = "person", _("Told by the person")
    HOTLINE = "hotline", _("Told on the telephone")
    SITE = "site", _("Seen at the site")


class PlanCause(TextChoices):
    """Why a plan was made."""

    REGULAR = "regular", _("Regular plan")
    SITE_CLOSED = "site_closed", _("A site was closed")
    STOCK_SLIPPED = "stock_slipped", _("Doses did not come")


class Struck(TextChoices):
    """Why a record of a dose no longer counts; another row has what is true."""

    WRONG_PERSON = "wrong_person", _("It was another person")
    WRONG_DETAILS = "wrong_details", _("Lot, vaccine, day or number of the dose was wrong")
    NEVER_GIVEN = "never_given", _("It was never given")


class CaseSource(TextChoices):
    """Who counted the cases by which districts are chosen."""

    OWN = "own", _("Our own tests")
    IMPORTED = "imported", _("A file of figures")
