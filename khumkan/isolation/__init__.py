"""Hospitels: from a positive test to a bed tonight, and home with a certificate.

A positive test opens a *care*. The person answers questions, *triage* gives a colour and a setting. Who needs a bed is
*matched* to one: a *stay* holds it until transport comes, begins with the arrival and ends when the person has left.
Nurses make their *rounds* (observations); what is above a threshold raises an *escalation*. A *discharge* ends it all,
with a certificate. No bed holds two persons and nobody lies in two beds: the table of stays has exclusion constraints.
"""
