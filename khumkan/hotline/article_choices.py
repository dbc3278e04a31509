"""What an article is about, who may read it, and which page it leads on to."""

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _


class Topic(TextChoices):
    """The parts of the help pages, in the order in which they stand there."""

    START = "start", _("First steps")
    TESTING = "testing", _("Testing")
    RESULTS = "results", _("Results")
    CARE = "care", _("Beds and care")
    VACCINATION = "vaccination", _("Vaccination")
    EMPLOYERS = "employers", _("Employers")
    LOANS = "loans", _("Loans for employers")
    ACCOUNT = "account", _("Signing in and your data")


class Audience(TextChoices):
    """Who may read an article."""

    PUBLIC = "public", _("Everybody")
    STAFF = "staff", _("Staff of the hotline and the office")


class Door(TextChoices):
    """The page on which a reader can do what the article is about."""

    NONE = "", _("No page")
    REGISTER_TEST = "register_test", _("Register for a test")
    WHO_TESTED = "who_tested", _("Who can be tested, where and how")
    MY_TESTS = "my_tests", _("My tests and results")
    MY_CARE = "my_care", _("My care and my bed")
    MY_VACCINATION = "my_vaccination", _("My vaccination")
    OPEN_PHASES = "open_phases", _("Where vaccination is open")
    MY_DOSES = "my_doses", _("My doses and certificates")
    VERIFY = "verify", _("Check a vaccination certificate")
    DRAWS = "draws", _("Random draws for tests")
    WHO_LOOKED = "who_looked", _("Who looked at my data")
    MY_SIGN_IN = "my_sign_in", _("My telephone and my sign-in")
    SIGN_IN = "sign_in", _("Sign in")
    EMPLOYER_TESTS = "employer_tests", _("Testing days of my enterprise")
    EMPLOYER_LISTS = "employer_lists", _("Vaccination list of my enterprise")
    CHECKER = "checker", _("What can I get?")
    ABOUT = "about", _("Accessibility and privacy")
