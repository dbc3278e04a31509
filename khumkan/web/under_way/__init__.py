"""What is under way for somebody over all programmes: one short card for each thing, in plain words.

Each module knows one part of it and asks the programmes; `person` and `employer` put the parts together, what asks for
something first.
"""
