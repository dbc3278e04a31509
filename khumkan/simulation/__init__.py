"""Makes a country of any size and replays recorded waves through the public actions.

For the demonstration, for load tests and for planning. Nothing here is imported by what serves people.
"""
