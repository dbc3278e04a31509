"""The hotline: who calls is known, what they need becomes a case, and a case closes itself when the thing happens.

An agent sees the whole file of a caller on one screen and does for them what they may do themselves. Call-backs,
messages in both directions, the knowledge base and the supervisor's lists belong here. A client of the programmes.
"""
