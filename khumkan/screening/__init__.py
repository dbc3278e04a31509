"""The testing programme: who is tested, where and when, what was found, and who is told.

Two ways lead to a test: an officer's *round* draws workers of risky enterprises at random, and persons *register*
because they met a case, are at high risk or feel ill. Both become a *registration* with a place in a *session*. At the
site a *specimen* is taken; the laboratory returns a *result*; a positive result opens a *case*, which names *contacts*.
"""
