"""Numbered things that one holder has at a time, such as beds: the table of who has which from when to when.

A programme keeps the table with its exclusion constraints and describes it as a `Ledger`; only `actions.numbered`
writes its spans. `blocks` is while nobody else gets the thing, `during` while the holder has it: somebody who is to
move holds the next thing before leaving the old one, and it is blocked but not yet theirs.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Ledger:
    """A table of spans, and where the things come from.

    :param table: the table of spans, with the columns thing, group, site, `person_id`, `sharing`, `blocks`, `during`.
    :param source: what stands after FROM to find things; the table of things is called `thing` there.
    :param is_offered: when a thing may be given at all: SQL over the source and `%(now)s`.
    :param locks: what is locked while a thing is given, as it stands after FOR.
    :param thing: the column of the thing, `group` of what things stand together in, such as a room.
    :param key: the column by which the programme knows the row, such as the care.
    :param busy: when a person can be given nothing more: SQL over the table, `%(now)s` and `%(is_second)s`.
    :param taken: the constraint that a thing has one holder at a time; `doubled` that a holder has one thing at a time;
        `mixed` that a group is shared by those only who may share it.
    """

    table: str
    source: str
    is_offered: str
    locks: str
    thing: str
    group: str
    key: str
    busy: str
    taken: str
    doubled: str
    mixed: str


@dataclass(frozen=True, slots=True)
class Wish:
    """What was chosen for a person in bulk.

    :param key: what the programme knows the row by.
    """

    key: int
    person_id: int
    thing_id: int
    sharing: str


@dataclass(frozen=True, slots=True)
class Had:
    """A thing that was given: the row of the table of spans, the thing, and where it stands."""

    row_id: int
    thing_id: int
    group_id: int
    site_id: int


#: Which of the wanted things could be given to a person.
IS_FREE = """thing.id = ANY(%(wanted)s) AND {is_offered}
      AND NOT EXISTS (SELECT FROM {table} other WHERE other.{thing} = thing.id
                      AND other.blocks && tstzrange(%(now)s, %(until)s))
      AND NOT EXISTS (SELECT FROM {table} other WHERE other.{group} = thing.{group} AND other.sharing <> %(sharing)s
                      AND other.blocks && tstzrange(%(now)s, %(until)s))"""
ANY_FREE = "SELECT EXISTS (SELECT FROM {source} WHERE {is_free})"
#: Gives the first of the wanted things that is free, or nothing. What somebody else is being given is passed over:
#: whoever waited for it while holding another group could wait for one who waits for that group.
GIVE = """
INSERT INTO {table} ({thing}, {group}, site_id, person_id, sharing, blocks, during, {columns})
SELECT found.id, found.group_id, found.site_id, %(person_id)s, %(sharing)s,
       tstzrange(%(now)s, %(until)s), {during}, {values}
FROM (
    SELECT thing.id, thing.{group} AS group_id, thing.site_id FROM {source}
    WHERE {is_free}
    ORDER BY array_position(%(wanted)s::bigint[], thing.id) LIMIT 1 FOR {locks} SKIP LOCKED
) found
ON CONFLICT DO NOTHING RETURNING id, {thing}, {group}, site_id
"""
#: Gives each person the thing that was chosen for them, where it is still free. Groups are locked in their order.
LOCK_MANY = """
SELECT thing.id FROM {source} WHERE thing.id = ANY(%(wanted)s) AND {is_offered}
ORDER BY thing.{group}, thing.id FOR {locks}
"""
GIVE_MANY = """
INSERT INTO {table} ({thing}, {group}, site_id, person_id, sharing, blocks, during, {columns})
SELECT thing.id, thing.{group}, thing.site_id, wish.person_id, wish.sharing,
       tstzrange(%(now)s, %(until)s), tstzrange(%(now)s, %(until)s), {values}
FROM unnest(%(wanted)s::bigint[], %(person_ids)s::bigint[], %(sharings)s::text[], %(keys)s::bigint[])
    AS wish (thing_id, person_id, sharing, key)
JOIN {source} ON thing.id = wish.thing_id
WHERE {is_offered}
ORDER BY thing.id
ON CONFLICT DO NOTHING RETURNING id, {thing}, {group}, site_id, person_id
"""
#: What stands in the way of giving a person something: a promise or a presence of their own.
OWN = """
SELECT EXISTS (SELECT FROM {table} WHERE person_id = %(person_id)s AND {busy})
"""
#: From now on without an end. What lapsed in the meantime is the holder's again, from now, if nobody else has it.
SETTLE = """
UPDATE {table} SET
    blocks = tstzrange(CASE WHEN isempty(blocks) OR upper(blocks) <= %(now)s THEN %(now)s ELSE lower(blocks) END, NULL),
    during = tstzrange(CASE WHEN isempty(during) OR upper(during) <= %(now)s THEN %(now)s ELSE lower(during) END, NULL)
    {columns}
WHERE id = %(row_id)s AND {unchanged} RETURNING id
"""
PROLONG = """
UPDATE {table} SET blocks = tstzrange(lower(blocks), %(until)s),
    during = CASE WHEN isempty(during) THEN during ELSE tstzrange(lower(during), %(until)s) END {columns}
WHERE id = %(row_id)s AND {unchanged} RETURNING id
"""
#: Theirs until now, blocked for as long as the cleaning takes. What was over before stays over.
LEAVE = """
UPDATE {table} SET
    during = CASE WHEN isempty(during) THEN during
                  ELSE tstzrange(lower(during), greatest(lower(during), least(upper(during), %(now)s))) END,
    blocks = tstzrange(lower(blocks), greatest(lower(blocks), least(upper(blocks), %(free_at)s))) {columns}
WHERE id = %(row_id)s AND {unchanged} RETURNING id
"""
FREE = """
UPDATE {table} SET blocks = tstzrange(lower(blocks), greatest(upper(during), %(now)s)) {columns}
WHERE id = %(row_id)s AND {unchanged} AND upper(blocks) > %(now)s RETURNING id
"""
