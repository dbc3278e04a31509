"""Whom a provider's subject stands for. Once known, a subject stays with that person or user."""

from django.db import IntegrityError, transaction

from khumkan.accounts.models import ProviderLink, User
from khumkan.accounts.oidc.flow import Claimed, Rejected


def user_of(claimed: Claimed) -> User | None:
    """Return the active user linked to this subject; staff are never found by a name or an e-mail address."""
    return User.objects.filter(
        provider_links__issuer=claimed.issuer, provider_links__subject=claimed.subject, is_active=True
    ).first()


def bind_person(claimed: Claimed, *, person_id: int) -> None:
    """Bind the subject to the person at the first sign-in, and check the binding at every later one.

    :raises Rejected: when the subject was somebody else before, or the person came as another subject.
    """
    try:
        with transaction.atomic():
            link, _created = ProviderLink.objects.get_or_create(
                issuer=claimed.issuer, subject=claimed.subject, defaults={"person_id": person_id}
            )
    except IntegrityError as error:
        raise Rejected("person_was_another_subject") from error
    if link.person_id != person_id:
        raise Rejected("subject_was_somebody_else")


def link_user(claimed: Claimed, user: User) -> None:
    """Link a subject to a signed-in user who asked for it.

    :raises Rejected: when the subject belongs to somebody.
    """
    try:
        with transaction.atomic():
            ProviderLink.objects.create(issuer=claimed.issuer, subject=claimed.subject, user=user)
    except IntegrityError as error:
        raise Rejected("subject_was_somebody_else") from error
