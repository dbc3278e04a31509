"""The sign-in of insured persons: where the register, the accounts, the messages and other providers meet.

A person gets in by a code to the phone that the register holds, by a provider such as ThaiD that vouches for the
identity number, or by a letter that two members of staff have vouched for. Nothing that a stranger could know opens an
account, and nothing here tells a stranger whether a number is insured.
"""
