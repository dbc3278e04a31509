"""Signing in through OpenID Connect providers, such as ThaiD for persons or an office's own for staff.

`providers` reads the setting `KHUMKAN_OIDC` and fetches what a provider publishes; `flow` starts a sign-in and judges
what comes back; `links` remembers whom a subject stands for. Only the code flow with PKCE, state and nonce is spoken.
"""

from khumkan.accounts.oidc.flow import Claimed, Rejected, finish, start
from khumkan.accounts.oidc.providers import Audience, Provider, provider, providers_for

__all__ = ["Audience", "Claimed", "Provider", "Rejected", "finish", "provider", "providers_for", "start"]
