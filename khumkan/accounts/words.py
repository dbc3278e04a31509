"""What roles, scopes and states are called on pages."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from khumkan.accounts.states import FactorKind, Method, Outcome, RequestKind
from khumkan.kernel.actors import Role, ScopeKind

Words = str | Promise

ROLES: dict[str, Words] = {
    Role.PERSON: _("Insured person"),
    Role.EMPLOYER: _("Employer"),
    Role.OFFICER: _("Officer"),
    Role.SWABBER: _("Swab team"),
    Role.LAB: _("Laboratory"),
    Role.VACCINATOR: _("Vaccinator"),
    Role.FRONT_DESK: _("Front desk"),
    Role.NURSE: _("Nurse"),
    Role.DRIVER: _("Driver"),
    Role.AGENT: _("Hotline agent"),
    Role.SUPERVISOR: _("Hotline supervisor"),
    Role.BANKER: _("Bank officer"),
    Role.AUDITOR: _("Auditor"),
    Role.PRIVACY_OFFICER: _("Data-protection officer"),
    Role.ADMINISTRATOR: _("Administrator"),
}
SCOPE_KINDS: dict[str, Words] = {
    ScopeKind.NATIONAL: _("Whole country"),
    ScopeKind.PROVINCE: _("Province"),
    ScopeKind.SITE: _("Site"),
    ScopeKind.EMPLOYER: _("Employer"),
    ScopeKind.BANK: _("Bank"),
}
METHODS: dict[str, Words] = {
    Method.TOTP: _("Authenticator app"),
    Method.PASSKEY: _("Passkey"),
    Method.RECOVERY_CODE: _("Recovery code"),
    Method.PHONE_CODE: _("Code by SMS"),
    Method.LETTER: _("Letter"),
    Method.OIDC: _("Another provider"),
    Method.DEMONSTRATION: _("Demonstration"),
}
FACTORS: dict[str, Words] = {FactorKind.TOTP: _("Authenticator app"), FactorKind.PASSKEY: _("Passkey")}
OUTCOMES: dict[str, Words] = {
    Outcome.SIGNED_IN: _("Signed in"),
    Outcome.SIGNED_OUT: _("Signed out"),
    Outcome.CODE_ASKED: _("Asked for a code"),
    Outcome.WRONG: _("Wrong entry"),
    Outcome.THROTTLED: _("Too many tries"),
    Outcome.REFUSED: _("Refused"),
}
REQUEST_KINDS: dict[str, Words] = {
    RequestKind.FACTOR_RESET: _("Let a user in anew"),
    RequestKind.ADMINISTRATOR: _("Make a user administrator"),
    RequestKind.LETTER: _("Letter with a sign-in code"),
    RequestKind.PHONE_CHANGE: _("Change of a person’s phone"),
}
