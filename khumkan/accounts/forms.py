"""What staff type in."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from khumkan.accounts import passwords, queries
from khumkan.accounts.models import User
from khumkan.accounts.models.staff import STAFF_ROLES
from khumkan.accounts.words import ROLES, SCOPE_KINDS
from khumkan.kernel.actors import Grant, Role, ScopeKind
from khumkan.ui import fields
from khumkan.ui.forms import Form

LANGUAGES = [("th", _("Thai")), ("en", _("English"))]
LIFETIMES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year"))]


class PasswordForm(Form):
    """User name and password."""

    username = fields.TextField(label=_("User name"), max_length=60, width=20, autocomplete="username")
    password = fields.PasswordField(label=_("Password"))


class FactorForm(Form):
    """A code from the app or from paper."""

    code = fields.TextField(
        label=_("Code"),
        help_text=_("The six digits that your authenticator app shows, or one of your recovery codes."),
        max_length=20,
        width=10,
        autocomplete="one-time-code",
    )


class EnrolForm(Form):
    """The first code of a new authenticator app."""

    label = fields.TextField(
        label=_("Name of this device"), help_text=_("For example “My phone”."), max_length=60, width=20, required=False
    )
    code = fields.CodeField(label=_("The six digits that the app shows now"), length=6)


class NewPassword(Form):
    """A new password, twice."""

    new_password = fields.PasswordField(
        label=_("New password"), help_text=_("At least 12 characters. Three or four words are easy to keep."), new=True
    )
    repeated = fields.PasswordField(label=_("New password once more"), new=True)

    def __init__(self, *args: Any, user: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.user = user

    def clean(self) -> dict[str, Any]:
        """Check that both are the same and not too easy."""
        cleaned = super().clean() or {}
        password, repeated = cleaned.get("new_password"), cleaned.get("repeated")
        if password and repeated and password != repeated:
            self.add_error("repeated", _("The two passwords are not the same."))
        elif password and (problems := passwords.problems(password, self.user)):
            self.add_error("new_password", problems)
        return cleaned


class InvitationForm(NewPassword):
    """The invitation of a new user, or of one who is let in anew."""

    field_order = ["username", "code", "new_password", "repeated"]
    username = fields.TextField(label=_("User name"), max_length=60, width=20, autocomplete="username")
    code = fields.TextField(
        label=_("Invitation code"), help_text=_("It begins with W and was handed to you."), max_length=20, width=20
    )


class UserForm(Form):
    """A new user."""

    username = fields.TextField(label=_("User name"), max_length=60, width=20, autocomplete="off")
    name = fields.TextField(label=_("First and last name"), max_length=120, autocomplete="off")
    language = fields.RadioField(label=_("Language"), choices=LANGUAGES, initial="th")


class GrantForm(Form):
    """A role within a scope."""

    role = fields.SelectField(label=_("Role"), choices=[(role.value, ROLES[role]) for role in STAFF_ROLES])
    scope_kind = fields.SelectField(label=_("Within"), choices=[(kind.value, SCOPE_KINDS[kind]) for kind in ScopeKind])
    key = fields.TextField(
        label=_("Which one"),
        help_text=_("Code of the province, or number of the site, employer or bank. Empty for the whole country."),
        max_length=20,
        width=10,
        required=False,
    )

    @property
    def grant(self) -> Grant:
        """The grant that was entered."""
        cleaned = self.cleaned_data
        return Grant(Role(cleaned["role"]), ScopeKind(cleaned["scope_kind"]), cleaned["key"].strip())


class WhyForm(Form):
    """Why something is asked for."""

    why = fields.LongTextField(label=_("Why this is needed"), max_length=300, rows=3)


class TokenForm(Form):
    """A token of another system."""

    name = fields.TextField(label=_("Name of the system"), max_length=120)
    scopes = fields.LongTextField(
        label=_("What it may do"),
        help_text=_("One in each line, for example screening:results:write"),
        max_length=1000,
        rows=4,
    )
    scope_kind = fields.SelectField(
        label=_("Within"), choices=[(kind.value, SCOPE_KINDS[kind]) for kind in ScopeKind], initial="national"
    )
    key = fields.TextField(label=_("Which one"), max_length=20, width=10, required=False)
    owner = fields.TextField(
        label=_("User name of the person who answers for it"), max_length=60, width=20, autocomplete="off"
    )
    days = fields.RadioField(label=_("Valid for"), choices=LIFETIMES, initial="90")

    def clean_owner(self) -> User:
        """Find the owner."""
        found = queries.active_user_named(self.cleaned_data["owner"])
        if found is None:
            self.add_error("owner", _("There is no active user with this name."))
        return found  # type: ignore[return-value]
