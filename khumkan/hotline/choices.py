"""The closed lists of the hotline that are no states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Reason(TextChoices):
    """Why somebody calls. What each needs (script, minutes, skill) stands in `rules.reasons` and the terms."""

    STATUS = "status", _("Where is my registration?")
    NO_TEST = "no_test", _("Finds no place for a test")
    NO_BED = "no_bed", _("Tested positive and has no bed")
    RESULT_LATE = "result_late", _("The result does not come")
    CANNOT_COME = "cannot_come", _("Cannot come on the day")
    WRONG_NAME = "wrong_name", _("Name or number is wrong")
    CHANGE_PHONE = "change_phone", _("Has a new telephone number")
    VACCINATION_DATE = "vaccination_date", _("Has no date to be vaccinated")
    SIDE_EFFECT = "side_effect", _("Feels unwell after a dose")
    GOT_WORSE = "got_worse", _("Feels worse while in care")
    CERTIFICATE = "certificate", _("Needs a certificate")
    EMPLOYER_LIST = "employer_list", _("An employer’s list")
    LOAN = "loan", _("Loans for employers")
    COMPLAINT = "complaint", _("Complaint")
    OTHER = "other", _("Something else")


class Skill(TextChoices):
    """What a member of the hotline must know to solve a case; with the language it makes the queue."""

    GENERAL = "general", _("General questions")
    TESTING = "testing", _("Tests and results")
    CARE = "care", _("Beds and care")
    VACCINATION = "vaccination", _("Vaccination matters")
    EMPLOYERS = "employers", _("Employers and loans")


class Spoken(TextChoices):
    """In which language the caller is helped; the second half of a queue."""

    THAI = "th", _("in Thai")
    ENGLISH = "en", _("in English")


class CaseChannel(TextChoices):
    """How a case reached the hotline."""

    PHONE = "phone", _("Telephone")
    LINE = "line", "LINE"
    SMS = "sms", "SMS"
    WEB = "web", _("On the web")
    SYSTEM = "system", _("Noticed by Khumkan")


class Thing(TextChoices):
    """What a case waits for; when it happens, the case closes itself and the person is told."""

    CALLER = "caller", _("An answer of the caller")
    TEST_PLACE = "test_place", _("A place for a test")
    RESULT = "result", _("A result")
    BED = "bed", _("A bed")
    DOSE_DATE = "dose_date", _("A date to be vaccinated")
    PHONE = "phone", _("The new telephone number")
    CERTIFICATE = "certificate", _("A certificate to be issued")


class Closed(TextChoices):
    """Why a case was closed."""

    HAPPENED = "happened", _("It happened")
    ANSWERED = "answered", _("Answered at once")
    SOLVED = "solved", _("Solved by the hotline")
    NOT_REACHED = "not_reached", _("The caller could not be reached")
    NOT_NEEDED = "not_needed", _("Not needed any more")
    MERGED = "merged", _("Goes on in another case")


class StepKind(TextChoices):
    """What was done with a case; a step is added, never edited."""

    OPENED = "opened", _("Case opened")
    TAKEN = "taken", _("Took the case")
    HANDED = "handed", _("Handed over")
    PUT_BACK = "put_back", _("Put back into the queue")
    ESCALATED = "escalated", _("Passed up to the supervisors")
    NOTE = "note", _("Note")
    REPLIED = "replied", _("Message sent")
    WAITS = "waits", _("Waits")
    CALLER_BACK = "caller_back", _("The caller came back")
    CLOSED = "closed", _("Case closed")
    REOPENED = "reopened", _("Opened again")
    MERGED = "merged", _("Merged into another case")
    TOOK_IN = "took_in", _("Took in another case")
    REVIEWED = "reviewed", _("Looked at by a supervisor")
    CALL_BACK = "call_back", _("Call back promised")
    TRIED = "tried", _("Called back")
    CAME_IN = "came_in", _("Message came in")


class Reply(TextChoices):
    """Replies that are ready in both languages; each is a message template `hotline.<code>`."""

    WORKING = "working", _("We are working on it")
    CALL_US = "call_us", _("We could not reach you: please call")
    SEE_PAGE = "see_page", _("It stands on your own page")
    BRING_PAPERS = "bring_papers", _("Please bring your identity document")


class VerifiedHow(TextChoices):
    """How the hotline made sure who the caller is."""

    ANSWERS = "answers", _("Right answers")
    VOUCHED = "vouched", _("A supervisor vouched")
