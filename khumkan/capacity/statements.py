"""The SQL of capacity. Order of locks everywhere: supplies by id, then claims.

Lapsing follows the database's clock (`clock_timestamp()`), which all processes share. Opening and ending of supplies
follow the caller's clock (`%(now)s`), so that recorded days can be replayed.
"""

SUPPLY = "s.id, s.kind, s.site_id, s.part, s.starts_at, s.ends_at, s.total"
#: What lapsed holds still occupy until they are swept; they block nobody.
LAPSED = """
LEFT JOIN LATERAL (
    SELECT sum(amount) AS amount FROM capacity_claim c
    WHERE c.supply_id = s.id AND c.state = 'held' AND c.expires_at <= clock_timestamp()
) lapsed ON true
"""
FREE = "s.total - s.taken + coalesce(lapsed.amount, 0)::bigint"
PARTS = {"SUPPLY": SUPPLY, "LAPSED": LAPSED, "FREE": FREE}

#: Moves the counter and adds the claim, or does neither. No row: full, closed, or the holder has a claim.
#: A row without a claim: the same holder's other request won in the meantime; the counter must be moved back.
TAKE = """
WITH spot AS (
    UPDATE capacity_supply SET taken = taken + %(amount)s
    WHERE id = %(supply_id)s AND taken + %(amount)s <= total AND closed_at IS NULL
      AND ends_at > %(now)s AND (opens_at IS NULL OR opens_at <= %(now)s)
      AND NOT EXISTS (SELECT FROM capacity_claim
                      WHERE purpose = %(purpose)s::text AND {holder} AND state IN ('held', 'taken'))
    RETURNING id
), claim AS (
    INSERT INTO capacity_claim
        (supply_id, purpose, person_id, employer_id, site_id, amount, state, expires_at, created_at, ended_why)
    SELECT id, %(purpose)s::text, %(person_id)s::bigint, %(employer_id)s::bigint, %(site_id)s::bigint,
           %(amount)s::bigint, %(state)s::text,
           coalesce(%(until)s::timestamptz, clock_timestamp() + %(lasting)s::interval), clock_timestamp(), ''
    FROM spot ON CONFLICT DO NOTHING RETURNING id, expires_at
)
SELECT spot.id, claim.id, claim.expires_at FROM spot LEFT JOIN claim ON true
"""
BY_PERSON = "person_id = %(person_id)s::bigint"
BY_EMPLOYER = "employer_id = %(employer_id)s::bigint"
BY_SITE = "site_id = %(site_id)s::bigint"
HOLDERS = (BY_PERSON, BY_EMPLOYER, BY_SITE)
PUT_BACK = "UPDATE capacity_supply SET taken = taken - %(amount)s WHERE id = %(supply_id)s"

#: Why nothing was taken: the supply as it is, whether lapsed holds are in the way, and the holder's own claim.
OBSTACLE = """
SELECT {SUPPLY}, {FREE}, s.closed_at IS NOT NULL, s.opens_at, lapsed.amount IS NOT NULL,
       own.id, own.supply_id, own.expires_at, own.state = 'held' AND own.expires_at <= clock_timestamp()
FROM capacity_supply s {LAPSED}
LEFT JOIN capacity_claim own ON own.purpose = %(purpose)s::text AND own.{holder} AND own.state IN ('held', 'taken')
WHERE s.id = %(supply_id)s
"""
TAKE_BY = {holder: TAKE.format(holder=holder) for holder in HOLDERS}
OBSTACLE_BY = {holder: OBSTACLE.format(**PARTS, holder=holder) for holder in HOLDERS}
LOCK = "SELECT id FROM capacity_supply WHERE id = ANY(%(supply_ids)s) ORDER BY id FOR NO KEY UPDATE"
LOCK_TWO = LOCK.replace("%(supply_ids)s", "%(supply_ids)s::bigint[]")
LOCK_FREE = "SELECT id FROM capacity_supply WHERE id = ANY(%(supply_ids)s) ORDER BY id FOR NO KEY UPDATE SKIP LOCKED"

#: Ends lapsed holds on supplies that the caller has locked.
SWEEP = """
WITH gone AS (
    UPDATE capacity_claim SET state = 'released', ended_at = clock_timestamp(), ended_why = 'lapsed'
    WHERE id IN (SELECT id FROM capacity_claim WHERE supply_id = ANY(%(supply_ids)s) AND state = 'held'
                 AND expires_at <= clock_timestamp() ORDER BY id FOR UPDATE SKIP LOCKED)
    RETURNING id, supply_id, person_id, amount
), less AS (
    UPDATE capacity_supply s SET taken = s.taken - sums.amount
    FROM (SELECT supply_id, sum(amount) AS amount FROM gone GROUP BY supply_id) sums WHERE s.id = sums.supply_id
    RETURNING s.id, s.site_id
)
SELECT gone.id, gone.supply_id, gone.person_id, less.site_id FROM gone JOIN less ON less.id = gone.supply_id
"""
WITH_LAPSED_HOLDS = """
SELECT DISTINCT supply_id FROM capacity_claim WHERE state = 'held' AND expires_at <= clock_timestamp() LIMIT %(most)s
"""
#: Ends claims on supplies that the caller has locked.
RELEASE = """
WITH gone AS (
    UPDATE capacity_claim SET state = 'released', ended_at = clock_timestamp(), ended_why = %(why)s
    WHERE id = ANY(%(claim_ids)s) AND state IN ('held', 'taken')
    RETURNING id, supply_id, amount
), less AS (
    UPDATE capacity_supply s SET taken = s.taken - sums.amount
    FROM (SELECT supply_id, sum(amount) AS amount FROM gone GROUP BY supply_id) sums WHERE s.id = sums.supply_id
)
SELECT id FROM gone
"""
#: Makes an active claim smaller, on a supply that the caller has locked; no row when it is not active or not larger.
REDUCE = """
WITH old AS (
    SELECT id, supply_id, amount FROM capacity_claim
    WHERE id = %(claim_id)s AND state IN ('held', 'taken') AND amount > %(amount)s FOR UPDATE
), less AS (
    UPDATE capacity_supply s SET taken = s.taken - (old.amount - %(amount)s) FROM old WHERE s.id = old.supply_id
)
UPDATE capacity_claim c SET amount = %(amount)s FROM old WHERE c.id = old.id RETURNING old.amount
"""
#: Swaps a person's place for one in another supply, or does nothing; the caller has locked both supplies.
SWAP = """
WITH spot AS (
    UPDATE capacity_supply SET taken = taken + 1
    WHERE id = %(supply_id)s AND taken < total AND closed_at IS NULL
      AND ends_at > %(now)s AND (opens_at IS NULL OR opens_at <= %(now)s)
      AND EXISTS (SELECT FROM capacity_claim WHERE purpose = %(purpose)s::text AND person_id = %(person_id)s::bigint
                  AND supply_id = %(was)s::bigint AND state = 'taken' AND amount = 1)
    RETURNING id
), gone AS (
    UPDATE capacity_claim SET state = 'released', ended_at = clock_timestamp(), ended_why = %(why)s
    WHERE purpose = %(purpose)s::text AND person_id = %(person_id)s::bigint AND supply_id = %(was)s::bigint
      AND state = 'taken' AND EXISTS (SELECT FROM spot)
    RETURNING supply_id
), less AS (
    UPDATE capacity_supply s SET taken = s.taken - 1 FROM gone WHERE s.id = gone.supply_id RETURNING s.id
)
INSERT INTO capacity_claim (supply_id, purpose, person_id, amount, state, created_at, ended_why)
SELECT spot.id, %(purpose)s::text, %(person_id)s::bigint, 1, 'taken', clock_timestamp(), '' FROM spot, less
RETURNING id
"""
HOLDERS_OF = "SELECT supply_id, person_id FROM capacity_claim WHERE id = ANY(%(claim_ids)s)"
CLAIM = """
SELECT supply_id, purpose, person_id, employer_id, site_id, amount, state, expires_at,
       state = 'taken' OR (state = 'held' AND expires_at > clock_timestamp())
FROM capacity_claim WHERE id = %(claim_id)s
"""
#: A hold becomes taken while it has not lapsed; confirming twice changes nothing.
CONFIRM = """
UPDATE capacity_claim SET state = 'taken', expires_at = NULL
WHERE id = %(claim_id)s AND (state = 'taken' OR (state = 'held' AND expires_at > clock_timestamp()
      AND EXISTS (SELECT FROM capacity_supply s WHERE s.id = supply_id AND s.closed_at IS NULL)))
RETURNING supply_id
"""
OFFER = """
INSERT INTO capacity_supply (kind, site_id, part, starts_at, ends_at, opens_at, total, taken, closed_why)
SELECT *, 0, '' FROM unnest(%(kinds)s::text[], %(site_ids)s::bigint[], %(parts)s::text[], %(starts)s::timestamptz[],
                            %(ends)s::timestamptz[], %(opens)s::timestamptz[], %(totals)s::bigint[])
ON CONFLICT (kind, site_id, starts_at, part) DO NOTHING
RETURNING id, site_id, total
"""
CHANGE_TOTAL = "UPDATE capacity_supply SET total = %(total)s WHERE id = %(supply_id)s"
SUPPLY_COUNTS = "SELECT taken, total, site_id FROM capacity_supply WHERE id = %(supply_id)s"
CLOSE = """
UPDATE capacity_supply SET closed_at = coalesce(closed_at, %(now)s), closed_why = %(why)s
WHERE id = ANY(%(supply_ids)s) RETURNING id, site_id
"""
REOPEN = """
UPDATE capacity_supply SET closed_at = NULL, closed_why = '' WHERE id = ANY(%(supply_ids)s) RETURNING id, site_id
"""
IS_FREE = (
    f"{FREE} > 0 AND s.closed_at IS NULL AND s.ends_at > %(now)s AND (s.opens_at IS NULL OR s.opens_at <= %(now)s)"
)
ROOM = """
SELECT {SUPPLY}, {FREE}, s.closed_at IS NOT NULL FROM capacity_supply s {LAPSED}
WHERE {where} ORDER BY s.starts_at, s.site_id, s.part, s.id
"""
SUPPLY_CALLED = """
SELECT id FROM capacity_supply
WHERE kind = %(kind)s::text AND site_id IS NULL AND starts_at = %(starts_at)s::timestamptz AND part = %(part)s::text
"""
#: Within a fortnight on either side, so that the index of kind and time bounds the search.
ROOM_NEARBY = """
SELECT {SUPPLY}, {FREE}, false FROM capacity_supply s {LAPSED}
WHERE s.kind = %(kind)s::text AND s.part = %(part)s::text AND s.id <> %(supply_id)s::bigint
  AND s.starts_at BETWEEN %(starts_at)s::timestamptz - interval '14 days'
                      AND %(starts_at)s::timestamptz + interval '14 days' AND {IS_FREE}
ORDER BY s.site_id IS DISTINCT FROM %(site_id)s::bigint,
         abs(extract(epoch FROM s.starts_at - %(starts_at)s::timestamptz)), s.id
LIMIT %(most)s
""".format(**PARTS, IS_FREE=IS_FREE)
ACTIVE_ON = """
SELECT id, supply_id, purpose, person_id, employer_id FROM capacity_claim
WHERE supply_id = ANY(%(supply_ids)s) AND (state = 'taken' OR (state = 'held' AND expires_at > clock_timestamp()))
ORDER BY supply_id, id
"""
#: For many persons at once, on supplies that the caller has locked.
ACTIVE_OF = """
SELECT person_id, id, supply_id, state = 'taken' FROM capacity_claim
WHERE purpose = %(purpose)s AND person_id = ANY(%(person_ids)s) AND state IN ('held', 'taken')
"""
ACTIVE_OF_SITE = """
SELECT id FROM capacity_claim WHERE purpose = %(purpose)s AND site_id = %(site_id)s AND state IN ('held', 'taken')
"""
KEPT_BY_SITES = """
SELECT c.purpose, c.id, c.supply_id, c.amount
FROM unnest(%(purposes)s::text[], %(site_ids)s::bigint[]) AS asked (purpose, site_id)
JOIN capacity_claim c ON c.purpose = asked.purpose AND c.site_id = asked.site_id AND c.state IN ('held', 'taken')
"""
#: For many sites at once, on supplies that the caller has locked.
KEEP_MANY = """
WITH claims AS (
    INSERT INTO capacity_claim (supply_id, purpose, site_id, amount, state, created_at, ended_why)
    SELECT supply_id, purpose, site_id, amount, 'taken', clock_timestamp(), ''
    FROM unnest(%(supply_ids)s::bigint[], %(purposes)s::text[], %(site_ids)s::bigint[], %(amounts)s::bigint[])
         AS asked (supply_id, purpose, site_id, amount)
    RETURNING id, supply_id, amount
), more AS (
    UPDATE capacity_supply s SET taken = s.taken + sums.amount
    FROM (SELECT supply_id, sum(amount) AS amount FROM claims GROUP BY supply_id) sums WHERE s.id = sums.supply_id
)
SELECT id FROM claims
"""
CHANGE_TOTALS = """
UPDATE capacity_supply s SET total = asked.total
FROM unnest(%(supply_ids)s::bigint[], %(totals)s::bigint[]) AS asked (id, total)
WHERE s.id = asked.id AND asked.total >= s.taken RETURNING s.id, s.site_id, s.total
"""
ROOM_LEFT = """
SELECT id, total - taken FROM capacity_supply
WHERE id = ANY(%(supply_ids)s) AND taken < total AND closed_at IS NULL
  AND ends_at > %(now)s AND (opens_at IS NULL OR opens_at <= %(now)s)
"""
#: In the order of the persons, so that two lists with the same persons wait for each other at most in one direction.
TAKE_MANY = """
WITH claims AS (
    INSERT INTO capacity_claim (supply_id, purpose, person_id, amount, state, created_at, ended_why)
    SELECT supply_id, %(purpose)s, person_id, 1, 'taken', clock_timestamp(), ''
    FROM unnest(%(person_ids)s::bigint[], %(supply_ids)s::bigint[]) AS asked (person_id, supply_id) ORDER BY person_id
    ON CONFLICT DO NOTHING RETURNING id, person_id, supply_id
), more AS (
    UPDATE capacity_supply s SET taken = s.taken + counts.made
    FROM (SELECT supply_id, count(*) AS made FROM claims GROUP BY supply_id) counts WHERE s.id = counts.supply_id
)
SELECT person_id, id, supply_id FROM claims
"""
DISAGREEMENTS = """
SELECT s.id, s.taken, coalesce(sum(c.amount), 0)::bigint
FROM capacity_supply s
LEFT JOIN capacity_claim c ON c.supply_id = s.id AND c.state IN ('held', 'taken')
GROUP BY s.id HAVING s.taken <> coalesce(sum(c.amount), 0) ORDER BY s.id
"""
