"""The closed lists of calls, call-backs and incoming messages that are no states."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Told(TextChoices):
    """What a telephone exchange tells of a call. Each may come twice, late, and in any order."""

    RINGING = "ringing", _("The call rings")
    ANSWERED = "answered", _("Somebody answered")
    ENDED = "ended", _("The call is over")
    ABANDONED = "abandoned", _("The caller hung up before anybody answered")
    WANTS_CALL_BACK = "wants_call_back", _("The caller pressed the key for a call back")


class CallOutcome(TextChoices):
    """What came of a call, as the member of the hotline notes it."""

    SOLVED = "solved", _("Solved in this call")
    CASE = "case", _("A case goes on")
    CALL_BACK = "call_back", _("We call back")
    NOTHING = "nothing", _("Wrong number, or nobody there")


class Tried(TextChoices):
    """What came of one try to call somebody back."""

    REACHED = "reached", _("Reached")
    NO_ANSWER = "no_answer", _("Nobody answered")
    BUSY = "busy", _("The line was busy")
    WRONG_NUMBER = "wrong_number", _("Somebody else has this number")


class Dropped(TextChoices):
    """Why a call-back is not needed any more."""

    BY_CALLER = "by_caller", _("The caller does not need it any more")
    SOLVED = "solved", _("The case was closed")
    CALLED_AGAIN = "called_again", _("The caller called again and was answered")


class MessageChannel(TextChoices):
    """How a message came in."""

    SMS = "sms", "SMS"
    LINE = "line", "LINE"
