"""Who somebody is and what they may do: staff with roles and scopes, persons' sign-in, tokens of other systems.

- `access`: who may call a view (`open_to`, `public`, `fresh_sign_in`); the middleware gives each request its `actor`.
- `sessions`: a row for each sign-in that is alive; ending the row ends the sign-in at the next request.
- `codes`: one-time codes to a phone. `passwords`, `factors`: how staff prove who they are. `oidc`: other providers.
- `tokens`: other systems. `throttle`: how often anything may be tried.
- `four_eyes`: what one member of staff asks for and another approves.

Knowing facts about a person never opens an account: a sign-in needs something that the register, a provider or a
second member of staff vouches for.
"""
