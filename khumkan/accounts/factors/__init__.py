"""What staff hold besides the password: an authenticator app, passkeys, recovery codes on paper."""

from khumkan.accounts.models import Factor, User


def of(user: User) -> list[Factor]:
    """Return the factors that a user has enrolled, oldest first; without one there is no sign-in."""
    return list(Factor.objects.filter(user=user).order_by("id"))
