"""A person's own data over all programmes, as one file to keep or to hand on.

Each part names the columns that it writes out, so that a new column is no part of the file before somebody has thought
of it. Nothing of others is in it: no names of staff, nobody whom the person met or stays with, nobody else at work.
"""
