"""What staff type in."""

from typing import Any, cast

from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from khumkan.accounts import passwords, queries, scopes, tokens
from khumkan.accounts.models import User
from khumkan.accounts.states import STAFF_ROLES
from khumkan.accounts.words import ROLES, SCOPE_KINDS
from khumkan.kernel.actors import Grant, Role, ScopeKind
from khumkan.ui import fields
from khumkan.ui.forms import Form

LANGUAGES = [("th", _("Thai")), ("en", _("English"))]
NOT_FOUND = {
    ScopeKind.PROVINCE: _("There is no province with this name or code."),
    ScopeKind.SITE: _("There is no site with this reference. It stands on the page of the site."),
    ScopeKind.EMPLOYER: _("There is no employer with this account number. It has ten digits."),
    ScopeKind.BANK: _("There is no bank with this code. It has three digits."),
}
LIFETIMES = [("30", _("30 days")), ("90", _("90 days")), ("365", _("1 year"))]


class PasswordForm(Form):
    """User name and password."""

    username = fields.TextField(label=_("User name"), max_length=60, width=20, autocomplete="username")
    password = fields.PasswordField(label=_("Password"))


class OnBehalf(Form):
    """Staff say why they act for a person; the person can read it later."""

    because = fields.TextField(
        label=_("Why do you do this for the person?"),
        help_text=_("For example: caller has no smartphone. The person can read this. No names, no illness."),
        max_length=120,
    )


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


class ScopeForm(Form):
    """Within what something counts. People type what they know; the cleaned `key` is that of what was found."""

    scope_kind = fields.SelectField(
        label=_("Within"), choices=[(kind.value, SCOPE_KINDS[kind]) for kind in ScopeKind], initial="national"
    )
    key = fields.TextField(
        label=_("Which one"),
        help_text=_(
            "Name or code of the province, reference of the site, or account number of the employer. "
            "Empty for the whole country."
        ),
        max_length=60,
        width=20,
        required=False,
    )

    def clean(self) -> dict[str, Any]:
        """Find what was named."""
        cleaned = super().clean() or {}
        if "scope_kind" in cleaned and "key" in cleaned:
            kind, typed = ScopeKind(cleaned["scope_kind"]), cleaned["key"].strip()
            cleaned["key"] = self._found(kind, typed) if typed and kind is not ScopeKind.NATIONAL else ""
            if kind is ScopeKind.NATIONAL and typed:
                self.add_error("key", _("Leave this empty for the whole country."))
            elif kind is not ScopeKind.NATIONAL and not typed:
                self.add_error("key", _("Say which one."))
        return cleaned

    def _found(self, kind: ScopeKind, typed: str) -> str:
        key = scopes.directory().find(kind, typed)
        if key is None:
            self.add_error("key", NOT_FOUND[kind])
        return key or ""


class GrantForm(ScopeForm):
    """A role within a scope."""

    field_order = ["role", "scope_kind", "key"]
    role = fields.SelectField(label=_("Role"), choices=[(role.value, ROLES[role]) for role in STAFF_ROLES])

    @property
    def grant(self) -> Grant:
        """The grant that was entered."""
        cleaned = self.cleaned_data
        return Grant(Role(cleaned["role"]), ScopeKind(cleaned["scope_kind"]), cleaned["key"])


class WhyForm(Form):
    """Why something is asked for."""

    why = fields.LongTextField(label=_("Why this is needed"), max_length=300, rows=3)


class TokenForm(ScopeForm):
    """A token of another system."""

    field_order = ["name", "scopes", "scope_kind", "key", "owner", "days"]
    name = fields.TextField(label=_("Name of the system"), max_length=120)
    scopes = fields.CheckboxesField(label=_("What it may do"))
    owner = fields.TextField(
        label=_("User name of the person who answers for it"), max_length=60, width=20, autocomplete="off"
    )
    days = fields.RadioField(label=_("Valid for"), choices=LIFETIMES, initial="90")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = cast(fields.CheckboxesField, self.fields["scopes"])
        offered.choices = [(scope, f"{gettext(words)} ({scope})") for scope, words in sorted(tokens.SCOPES.items())]

    def clean_owner(self) -> User:
        """Find the owner."""
        found = queries.active_user_named(self.cleaned_data["owner"])
        if found is None:
            self.add_error("owner", _("There is no active user with this name."))
        return found  # type: ignore[return-value]
