"""The situation centre: the figures of all programmes with two clocks, alarms, the daily report, and announcements.

When something happened and when it was reported are two dates of each figure, so that past numbers never change
silently. What the office says to the public is written, approved by a second person and sent from here. A client of
the programmes.
"""
