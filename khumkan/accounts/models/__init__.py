"""The tables of accounts: staff and their factors, sign-ins, codes, tokens and throttles."""

from khumkan.accounts.models.machines import ApiToken
from khumkan.accounts.models.people import OneTimeCode, PhoneChange, ProviderLink
from khumkan.accounts.models.requests import FourEyesRequest
from khumkan.accounts.models.sign_ins import Bucket, DemonstrationEntry, Session, SignInEvent, Ticket
from khumkan.accounts.models.staff import Factor, Invitation, RecoveryCode, RoleGrant, User

__all__ = [
    "ApiToken",
    "Bucket",
    "DemonstrationEntry",
    "Factor",
    "FourEyesRequest",
    "Invitation",
    "OneTimeCode",
    "PhoneChange",
    "ProviderLink",
    "RecoveryCode",
    "RoleGrant",
    "Session",
    "SignInEvent",
    "Ticket",
    "User",
]
