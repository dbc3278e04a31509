"""Passkeys and security keys (WebAuthn), as a second factor bound to this site."""

from dataclasses import dataclass
from typing import Any

import webauthn
from django.conf import settings
from django.db.models.functions import Now
from django.http import HttpRequest
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json_dict,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from khumkan.accounts import limits, throttle
from khumkan.accounts.models import Factor, User
from khumkan.accounts.states import FactorKind

RP_NAME = "Khumkan"
VERIFICATION = UserVerificationRequirement.PREFERRED


@dataclass(frozen=True)
class Challenge:
    """What the browser is asked, as JSON for the script, and the part of it that the ticket keeps."""

    options: dict[str, Any]
    challenge: str


def has_any(user: User) -> bool:
    """Tell whether a user may choose a passkey."""
    return Factor.objects.filter(user=user, kind=FactorKind.PASSKEY).exists()


def ask_new(request: HttpRequest, user: User) -> Challenge:
    """Return what the browser needs to make a passkey for a user."""
    options = webauthn.generate_registration_options(
        rp_id=_site(request),
        rp_name=RP_NAME,
        user_id=f"khumkan-{user.pk}".encode(),
        user_name=user.username,
        user_display_name=user.name,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED, user_verification=VERIFICATION
        ),
        exclude_credentials=_descriptors(user),
    )
    return Challenge(options_to_json_dict(options), bytes_to_base64url(options.challenge))


def enrol(request: HttpRequest, user: User, *, challenge: str, answer: str, label: str) -> Factor | None:
    """Store the passkey that the browser made; None when its answer does not hold."""
    try:
        made = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_site(request),
            expected_origin=_origin(request),
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return None
    if Factor.objects.filter(credential_id=made.credential_id).exists():
        return None
    return Factor.objects.create(
        user=user,
        kind=FactorKind.PASSKEY,
        label=label,
        credential_id=made.credential_id,
        public_key=made.credential_public_key,
        sign_count=made.sign_count,
    )


def ask(request: HttpRequest, user: User) -> Challenge:
    """Return what the browser needs to use one of the user's passkeys."""
    options = webauthn.generate_authentication_options(
        rp_id=_site(request), allow_credentials=_descriptors(user), user_verification=VERIFICATION
    )
    return Challenge(options_to_json_dict(options), bytes_to_base64url(options.challenge))


def check(request: HttpRequest, user: User, *, challenge: str, answer: str) -> bool:
    """Say whether one of the user's passkeys signed this challenge; the caller has taken the challenge's ticket."""
    if not throttle.take(limits.FACTOR, str(user.pk)):
        return False
    try:
        credential = parse_authentication_credential_json(answer)
        factor = Factor.objects.filter(user=user, kind=FactorKind.PASSKEY, credential_id=credential.raw_id).first()
        if factor is None:
            return False
        verified = webauthn.verify_authentication_response(
            credential=credential,
            expected_challenge=base64url_to_bytes(challenge),
            expected_rp_id=_site(request),
            expected_origin=_origin(request),
            credential_public_key=bytes(factor.public_key or b""),
            credential_current_sign_count=factor.sign_count,
        )
    except (WebAuthnException, ValueError, KeyError, TypeError):
        return False
    throttle.give_back(limits.FACTOR, str(user.pk))
    return _use(factor, verified.new_sign_count)


def _use(factor: Factor, count: int) -> bool:
    """Note the counter; a passkey whose counter stands still on another device was copied."""
    unchanged = Factor.objects.filter(pk=factor.pk, sign_count=factor.sign_count)
    return unchanged.update(sign_count=count, used_at=Now()) == 1


def _descriptors(user: User) -> list[PublicKeyCredentialDescriptor]:
    ids = (
        Factor.objects.filter(user=user, kind=FactorKind.PASSKEY).order_by("id").values_list("credential_id", flat=True)
    )
    return [PublicKeyCredentialDescriptor(id=bytes(each)) for each in ids if each]


def _site(request: HttpRequest) -> str:
    """Return the name that passkeys are bound to: the setting, or the host of the request."""
    return settings.KHUMKAN_PASSKEY_SITE or request.get_host().partition(":")[0]


def _origin(request: HttpRequest) -> str:
    return f"{request.scheme}://{request.get_host()}"
