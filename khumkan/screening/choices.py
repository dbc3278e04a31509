"""The closed lists of the testing programme that are no states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Method(TextChoices):
    """How a specimen is tested."""

    PCR = "pcr", _("RT-PCR")
    RAPID = "rapid", _("Rapid antigen test")


class Outcome(TextChoices):
    """What a test found."""

    NEGATIVE = "negative", _("Not detected")
    POSITIVE = "positive", _("Detected")
    INVALID = "invalid", _("Invalid")


class Ground(TextChoices):
    """Why a person is to be tested."""

    CONTACT = "contact", _("Close contact of a case")
    SYMPTOMS = "symptoms", _("Symptoms")
    HIGH_RISK = "high_risk", _("High risk of infection")
    DRAWN = "drawn", _("Drawn at random at the workplace")
    CONFIRM = "confirm", _("Confirmation of a rapid test")
    REPEAT = "repeat", _("Repetition of an invalid test")


class Symptom(TextChoices):
    """What a person feels."""

    FEVER = "fever", _("Fever")
    COUGH = "cough", _("Cough or runny nose")
    THROAT = "throat", _("Sore throat")
    SMELL = "smell", _("Loss of smell or taste")
    DIARRHOEA = "diarrhoea", _("Diarrhoea")
    BREATH = "breath", _("Short of breath, or chest pain")
    OTHER = "other", _("Something else that feels like a cold")


class Risk(TextChoices):
    """Why somebody without contact and symptoms may still be infected."""

    MEETS_MANY = "meets_many", _("I work with many people, for example in a shop, a factory or as a driver")
    CROWDED_HOME = "crowded_home", _("I live in a dormitory, a camp or a crowded home")
    OUTBREAK = "outbreak", _("There were several infections where I work or live")
    CARE = "care", _("I care for ill or old people")


class WaitingBecause(TextChoices):
    """Why somebody has no place yet."""

    NO_ROOM = "no_room", _("All places near the person are taken")
    CANCELLED = "cancelled", _("The session was cancelled and no other has room yet")
    DECISION = "decision", _("An officer decides first")
    AGAIN = "again", _("The specimen could not be used; a new test is needed")


class EndedBecause(TextChoices):
    """Why a registration ended without an answer."""

    OWN_WISH = "own_wish", _("Declined by the person")
    OFFICE = "office", _("Ended by an officer")
    NOT_ENTITLED = "not_entitled", _("An officer decided that the conditions are not met")
    TOO_LONG = "too_long", _("The waiting time ran out")
    CONDITIONS = "conditions", _("The conditions for the test are no longer met")
    ROUND = "round", _("The round at the workplace was cancelled")


class Channel(TextChoices):
    """How a registration came in."""

    SELF = "self", _("By the person")
    HOTLINE = "hotline", _("By the hotline")
    OFFICE = "office", _("By an officer")
    ROUND = "round", _("By a workplace round")
    WALK_IN = "walk_in", _("Walk-in at the site")
    INVITED = "invited", _("By invitation as a contact")


class Certainty(TextChoices):
    """How sure a case is."""

    PROBABLE = "probable", _("Probable case")
    CONFIRMED = "confirmed", _("Confirmed case")


class ResultSource(TextChoices):
    """How a result reached the system."""

    FILE = "file", _("File")
    API = "api", _("Laboratory system")
    HAND = "hand", _("Entered by hand")
    SITE = "site", _("Read at the site")
    POOL = "pool", _("Negative pool")


class DoorOutcome(TextChoices):
    """What happened when a person came, or did not come, to the site."""

    CHECKED_IN = "checked_in", _("Checked in")
    SAMPLED = "sampled", _("Specimen taken")
    NOT_ON_LIST = "not_on_list", _("Not on the list")
    IDENTITY_MISMATCH = "identity_mismatch", _("Not the person on the list")
    REFUSED = "refused", _("Refused the test")
    NO_SHOW = "no_show", _("Did not come")
    SENT_HOME = "sent_home", _("Sent home by the site")


class RowVerdict(TextChoices):
    """What became of a row of a file."""

    ACCEPTED = "accepted", _("Accepted")
    REFUSED = "refused", _("Not accepted")
    DUPLICATE = "duplicate", _("Duplicate")
