"""The closed lists of the registry."""

from django.db.models import IntegerChoices, TextChoices
from django.utils.translation import gettext_lazy as _

from khumkan.kernel.actors import Role
from khumkan.kernel.identifiers import IdentifierKind


class Section(IntegerChoices):
    """The section of the Social Security Act under which a person is insured."""

    EMPLOYEE = 33, _("Section 33")
    VOLUNTARY = 39, _("Section 39")
    INFORMAL = 40, _("Section 40")


class Sex(TextChoices):
    """As the register holds it; empty when it does not say."""

    FEMALE = "F", _("Female")
    MALE = "M", _("Male")


class Language(TextChoices):
    """In which language messages are sent."""

    THAI = "th", _("Thai")
    ENGLISH = "en", _("English")


class BirthPrecision(TextChoices):
    """How much of a date of birth is known: some identity cards give the year only."""

    DAY = "D", _("Day")
    MONTH = "M", _("Month")
    YEAR = "Y", _("Year")


class DocumentKind(TextChoices):
    """Kinds of identity document, with the words for them."""

    THAI = IdentifierKind.THAI.value, _("Thai identity number")
    PASSPORT = IdentifierKind.PASSPORT.value, _("Passport")
    FOREIGN = IdentifierKind.FOREIGN.value, _("Foreign worker’s number")


class ContactKind(TextChoices):
    """Ways to reach somebody."""

    PHONE = "phone", _("Telephone")
    EMAIL = "email", _("E-mail")


class ChangeReason(TextChoices):
    """Why an officer changes a person's row; an import writes `import:` and its number instead."""

    CORRECTION = "correction", _("It was written wrongly")
    NEW_NAME = "new_name", _("The person has a new name")


class FilingKind(TextChoices):
    """Whether a filing is the first of its month or corrects an earlier one."""

    FIRST = "first", _("First filing")
    CORRECTION = "correction", _("Correction")


class FilingState(TextChoices):
    """How far an employer's filing of one month is."""

    DUE = "due", _("To be filed")
    IN_PART = "in_part", _("Branches are missing")
    LATE = "late", _("Late")
    LATE_IN_PART = "late_in_part", _("Branches are late")
    FILED = "filed", _("Filed")


class ImportKind(TextChoices):
    """What a file brings."""

    PERSONS = "persons", _("Insured persons")
    EMPLOYERS = "employers", _("Employers")
    FILING = "filing", _("Monthly filing")


class ImportState(TextChoices):
    """Where an import stands."""

    WAITING = "waiting", _("Waiting to be read")
    RUNNING = "running", _("Running")
    DONE = "done", _("Finished")
    REFUSED = "refused", _("Refused as a whole")
    CANCELLED = "cancelled", _("Cancelled, nothing was taken over")
    FAILED = "failed", _("Broken off, nothing was taken over")


class RowVerdict(TextChoices):
    """What became of one row of a file. Every row has exactly one verdict."""

    ACCEPTED = "accepted", _("Taken over")
    REFUSED = "refused", _("Not taken over")
    DUPLICATE = "duplicate", _("Twice in the file")
    UNCHANGED = "unchanged", _("Nothing new")


#: The only moves of an import.
MOVES: dict[ImportState, frozenset[ImportState]] = {
    ImportState.WAITING: frozenset({ImportState.RUNNING, ImportState.CANCELLED}),
    #: Back to waiting when its process died: the file is kept and read again.
    ImportState.RUNNING: frozenset(
        {ImportState.WAITING, ImportState.DONE, ImportState.REFUSED, ImportState.CANCELLED, ImportState.FAILED}
    ),
    ImportState.DONE: frozenset(),
    ImportState.REFUSED: frozenset(),
    ImportState.CANCELLED: frozenset(),
    ImportState.FAILED: frozenset(),
}
#: Imports whose file is still to be read to its end.
OPEN = frozenset({ImportState.WAITING, ImportState.RUNNING})
#: Who answers for an import in a state: until it is over Khumkan, afterwards the officer who sent the file.
OWNERS: dict[ImportState, Role] = {
    ImportState.WAITING: Role.SYSTEM,
    ImportState.RUNNING: Role.SYSTEM,
    ImportState.DONE: Role.OFFICER,
    ImportState.REFUSED: Role.OFFICER,
    ImportState.CANCELLED: Role.OFFICER,
    ImportState.FAILED: Role.OFFICER,
}
