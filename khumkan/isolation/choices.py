"""The closed lists of the hospitels that are no states."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _


class Level(IntegerChoices):
    """How ill somebody is; also what a bed is equipped for. A greater number is worse."""

    GREEN = 1, _("Green: no or mild symptoms")
    YELLOW = 2, _("Yellow: at risk, or more than mild symptoms")
    RED = 3, _("Red: severe")


class Setting(TextChoices):
    """Where triage says that somebody is looked after."""

    HOME = "home", _("At home")
    HOSPITEL = "hospitel", _("Hospitel")
    HOSPITAL = "hospital", _("Hospital")


class FacilityKind(TextChoices):
    """What kind of place cares for people."""

    HOSPITEL = "hospitel", _("Hospitel")
    FIELD_HOSPITAL = "field", _("Field hospital")
    HOSPITAL = "hospital", _("Hospital ward")
    HOME = "home", _("Team for home isolation")


class RoomFor(TextChoices):
    """Whom a room takes. A room that takes anybody never mixes women, men and families at one time."""

    ANYBODY = "any", _("Anybody")
    WOMEN = "women", _("Women only")
    MEN = "men", _("Men only")
    FAMILIES = "families", _("Families only")


class Numbering(TextChoices):
    """How the rooms of a floor are called when many are made at once."""

    TWO = "two", _("201, 202, … 210")
    THREE = "three", _("2001, 2002, … 2010")
    DASHED = "dashed", _("2-01, 2-02, … 2-10")


class BedState(TextChoices):
    """What a bed is at a moment. It follows from the stays; nobody sets it, but for out of order."""

    FREE = "free", _("Free")
    HELD = "held", _("Held")
    OCCUPIED = "occupied", _("Occupied")
    CLEANING = "cleaning", _("Being cleaned")
    OUT_OF_ORDER = "out_of_order", _("Out of order")


class Symptom(TextChoices):
    """What a person feels; the warning signs come last."""

    FEVER = "fever", _("Fever")
    COUGH = "cough", _("Cough, runny nose or sore throat")
    SMELL = "smell", _("Loss of smell or taste")
    RASH = "rash", _("Rash or red eyes")
    DIARRHOEA = "diarrhoea", _("Diarrhoea")
    CHEST_TIGHT = "chest_tight", _("Tightness in the chest")
    BREATHLESS = "breathless", _("Short of breath when moving")
    GASPING = "gasping", _("Short of breath at rest, cannot finish a sentence")
    CHEST_PAIN = "chest_pain", _("Chest pain")
    DROWSY = "drowsy", _("Confused, or hard to wake")


class Condition(TextChoices):
    """Illnesses that make the infection more dangerous."""

    LUNG = "lung", _("Chronic lung disease")
    KIDNEY = "kidney", _("Chronic kidney disease")
    HEART = "heart", _("Heart disease")
    STROKE = "stroke", _("Stroke")
    DIABETES = "diabetes", _("Diabetes")
    CANCER = "cancer", _("Cancer under treatment")
    IMMUNE = "immune", _("Weak immune system")
    LIVER = "liver", _("Cirrhosis of the liver")
    OTHER = "other", _("Another long illness")


class Need(TextChoices):
    """What somebody needs at the place."""

    WHEELCHAIR = "wheelchair", _("Wheelchair, or cannot climb stairs")
    CHILD = "child", _("Comes with a small child")
    HALAL = "halal", _("Halal food")
    VEGETARIAN = "vegetarian", _("Vegetarian food")
    PRAYER = "prayer", _("A place for prayer")
    INTERPRETER = "interpreter", _("Does not speak Thai")
    HEARING = "hearing", _("Hard of hearing, or does not see well")


class ToldBy(TextChoices):
    """Who said it."""

    PERSON = "person", _("Told by the person")
    HOTLINE = "hotline", _("Told on the telephone")
    NURSE = "nurse", _("Measured by a nurse")
    SYSTEM = "system", _("Taken over from another system")


class WaitingBecause(TextChoices):
    """Why somebody has no bed yet."""

    MATCHING = "matching", _("The next matching decides")
    NO_ROOM = "no_room", _("All suitable beds within reach are taken")
    NO_LEVEL = "no_level", _("No site within reach has beds for this level of care")
    NO_FAMILY_ROOM = "no_family_room", _("No room is free for the whole family")
    NO_NURSES = "no_nurses", _("There are beds, but too few nurses for them")
    HOLD_LAPSED = "hold_lapsed", _("A bed was held, but transport did not come in time")
    NO_ADDRESS = "no_address", _("It is not known where the person lives: an officer chooses")
    NOT_FOUND = "not_found", _("The driver did not find the person")
    SITE_CLOSED = "site_closed", _("The site was closed and no other has room yet")


class StayEnd(TextChoices):
    """Why a stay ended."""

    DISCHARGED = "discharged", _("Discharged")
    MOVED = "moved", _("Moved to another bed")
    LAPSED = "lapsed", _("Transport did not come in time")
    REFUSED = "refused", _("The person did not want it")
    NOT_FOUND = "not_found", _("The driver did not find the person")
    WITHDRAWN = "withdrawn", _("The test result was corrected")
    CHANGED = "changed", _("Another bed was chosen")
    CLOSED = "closed", _("The site was closed")


class NotLetIn(TextChoices):
    """Why somebody who stood at the door was not let in; the bed stays held for whom it is held."""

    MISMATCH = "mismatch", _("The document shows somebody else")
    WENT_AWAY = "went_away", _("Came, and went away again")


class CareEnd(TextChoices):
    """How care ended."""

    RECOVERED = "recovered", _("Recovered")
    OWN_WISH = "own_wish", _("At the person's own wish")
    ELSEWHERE = "elsewhere", _("Looked after elsewhere")
    DIED = "died", _("Died")
    OVER = "over", _("The time of isolation was over before a bed was needed")
    WITHDRAWN = "withdrawn", _("The test result was corrected")


class Decision(TextChoices):
    """What the doctor decided who was called."""

    STAYS = "stays", _("Stays where they are, watched more closely")
    HOSPITAL = "hospital", _("Goes to hospital")
    BACK = "back", _("Well enough for a hospitel again")


class CertificateKind(TextChoices):
    """What a certificate says."""

    DISCHARGE = "discharge", _("Discharge certificate")
    EMPLOYER = "employer", _("Letter for the employer")
