"""The limits of everything that may be tried before and around a sign-in.

Five tries a code, five SMS a phone and hour, and the budget of wrong guesses are promises of the project: an attacker
who tries a little on very many accounts is stopped by the budget alone. The rest is generous to offices and mobile
networks, where thousands share an address.
"""

from datetime import timedelta

from khumkan.accounts.throttle import Limit

MINUTES_5, MINUTES_10 = timedelta(minutes=5), timedelta(minutes=10)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)

PASSWORD_PLACE = Limit("password.place", 5, 5, MINUTES_5)  # one account from one address
PASSWORD_ACCOUNT = Limit("password.account", 30, 30, HOUR)
PASSWORD_NETWORK = Limit("password.network", 100, 100, MINUTES_10)
FACTOR = Limit("factor", 5, 5, MINUTES_5)
FACTOR_DAY = Limit("factor.day", 30, 30, DAY)
INVITATION = Limit("invitation", 20, 20, MINUTES_10)

CODE_NUMBER = Limit("code.number", 3, 3, HOUR)  # an identity number, insured or not
CODE_NETWORK = Limit("code.network", 60, 120, MINUTES_10)
GUESS_NETWORK = Limit("guess.network", 60, 120, MINUTES_10)
SMS_PHONE = Limit("sms.phone", 3, 2, HOUR)  # never more than five in any hour
SMS_PHONE_DAY = Limit("sms.phone.day", 10, 10, DAY)
LETTER_NUMBER = Limit("letter.number", 5, 5, DAY)
PROVIDER_NETWORK = Limit("provider.network", 60, 120, MINUTES_10)
TOKEN_NETWORK = Limit("token.network", 60, 120, MINUTES_10)

#: What wrong guesses may cost in an hour, in hundred-millionths of an account: 0.01 accounts, which is 10,000
#: guesses at codes of six digits.
GUESS_RISK = Limit("guess.risk", 500_000, 500_000, HOUR)


def sms_total(an_hour: int) -> Limit:
    """Return the budget of codes by SMS that the office pays for in an hour."""
    return Limit("sms.total", an_hour / 2, an_hour / 2, HOUR)
