"""The covenant of all loans at once: the same judgement as `rules.covenant`, as statements over sets.

The headcounts are those that were kept when the filings came (`registry_employermonth`). Months below the line are
added up in the order of the months, and what had been added up when a run ended is taken off again: so one order of the
rows serves both. A run is counted on from the month before the first that is judged.
"""

#: Versions of the terms, each holding until the next one begins.
TERMS = """
    SELECT version, since, lead(since) OVER (ORDER BY since, version) AS until, share, warn_at, cure_months, grace_days,
        check_months
    FROM unnest(%(versions)s::integer[], %(since)s::date[], %(share)s::numeric[], %(warn_at)s::numeric[],
        %(cure_months)s::integer[], %(grace_days)s::integer[], %(check_months)s::integer[])
        AS t (version, since, share, warn_at, cure_months, grace_days, check_months)
"""
HELD = """
    SELECT l.id AS loan_id, l.employer_id, t.version, t.cure_months, t.grace_days,
        ceil(l.baseline * t.share)::integer AS enough, ceil(l.baseline * t.warn_at)::integer AS calm,
        greatest((date_trunc('month', l.signed_on) + interval '1 month')::date, %(since_month)s::date) AS first_month,
        least((date_trunc('month', l.signed_on) + t.check_months * interval '1 month')::date, %(last_month)s::date,
            date_trunc('month', l.closed_on)::date) AS last_month
    FROM loans_loan l JOIN terms t ON l.signed_on >= t.since AND (t.until IS NULL OR l.signed_on < t.until)
    WHERE l.state NOT IN ('cancelled', 'recalled') {chosen}
"""
#: Which loans are judged: all, some, or one part of all.
CHOSEN = {
    "all": "",
    "some": "AND {loan} = ANY(%(loans)s::bigint[])",
    "part": "AND {loan} / %(block)s::integer %% %(parts)s::integer = %(part)s::integer",
}
JUDGE = """
WITH terms AS MATERIALIZED ({terms}), held AS MATERIALIZED ({held}), waived AS (
    SELECT DISTINCT k.loan_id, m.month::date AS month
    FROM loans_waiver w JOIN loans_covenantcase k ON k.id = w.case_id
    CROSS JOIN LATERAL generate_series(k.began, w.until, interval '1 month') AS m (month)
    WHERE w.state = 'given'
), before AS (
    SELECT DISTINCT ON (c.loan_id) c.loan_id, c.below FROM loans_covenantmonth c
    WHERE c.month = (%(since_month)s::date - interval '1 month')::date {chosen_months}
    ORDER BY c.loan_id, c.revision DESC
), seen AS (
    SELECT h.loan_id, h.version, h.cure_months, h.enough, h.calm, m.month::date AS month,
        CASE WHEN e.awaited = 0 THEN e.employees END AS insured,
        CASE WHEN e.awaited = 0 THEN e.joined END AS joined, CASE WHEN e.awaited = 0 THEN e."left" END AS gone,
        e.filing_id, w.month IS NOT NULL AS is_waived, b.below AS was_below,
        %(today)s::date - (m.month + interval '1 month')::date - %(due_day)s + 1 > h.grace_days AS is_late
    FROM held h CROSS JOIN LATERAL generate_series(h.first_month, h.last_month, interval '1 month') AS m (month)
    LEFT JOIN registry_employermonth e ON e.employer_id = h.employer_id AND e.month = m.month::date
        AND e.month >= %(since_month)s::date
    LEFT JOIN waived w ON w.loan_id = h.loan_id AND w.month = m.month::date
    LEFT JOIN before b ON b.loan_id = h.loan_id
), summed AS (
    SELECT s.*, count(*) FILTER (WHERE NOT is_waived AND insured < enough) OVER months AS all_below
    FROM seen s WINDOW months AS (PARTITION BY loan_id ORDER BY month ROWS UNBOUNDED PRECEDING)
), counted AS (
    SELECT s.*, all_below - coalesce(max(all_below) FILTER (WHERE is_waived OR insured >= enough) OVER months,
        -was_below, 0) AS below
    FROM summed s WINDOW months AS (PARTITION BY loan_id ORDER BY month ROWS UNBOUNDED PRECEDING)
), judged AS (
    SELECT c.*, CASE WHEN is_waived THEN 'waived' WHEN insured IS NULL AND is_late THEN 'late'
        WHEN insured IS NULL THEN 'awaited' WHEN insured >= calm AND insured >= enough THEN 'kept'
        WHEN insured >= enough THEN 'warning' WHEN below > cure_months THEN 'breached' ELSE 'cure' END AS standing
    FROM counted c
), latest AS (
    SELECT DISTINCT ON (c.loan_id, c.month) c.* FROM loans_covenantmonth c
    WHERE c.month >= %(since_month)s::date {chosen_months}
    ORDER BY c.loan_id, c.month, c.revision DESC
), added AS (
    INSERT INTO loans_covenantmonth (
        loan_id, month, revision, standing, insured, joined, "left", below, filing_id, terms_version, computed_at)
    SELECT j.loan_id, j.month, coalesce(l.revision, 0) + 1, j.standing, j.insured, j.joined, j.gone, j.below,
        j.filing_id, j.version, %(now)s
    FROM judged j LEFT JOIN latest l ON l.loan_id = j.loan_id AND l.month = j.month
    WHERE l.loan_id IS NULL OR (l.standing, l.insured, l.joined, l."left", l.below, l.filing_id)
        IS DISTINCT FROM (j.standing, j.insured, j.joined, j.gone, j.below, j.filing_id)
    ORDER BY j.loan_id, j.month
    RETURNING loan_id, standing, revision
), kept AS (
    INSERT INTO loans_touched
    SELECT DISTINCT a.loan_id FROM added a LEFT JOIN loans_covenantcase k ON k.loan_id = a.loan_id
    WHERE a.standing IN ('cure', 'breached') OR k.state IN ('cure', 'breached') OR k.id IS NOT NULL AND a.revision > 1
)
SELECT count(*) FROM added
"""
#: Loans whose runs of months below the line may have changed: a month that is added after the last one touches a run
#: that goes on or begins, one that is corrected touches any.
TOUCHED = "CREATE TEMP TABLE loans_touched (loan_id bigint PRIMARY KEY) ON COMMIT DROP"
FORGET = "DROP TABLE loans_touched"
#: Runs as they are now beside the cases that stand, where they differ.
CASES = """
WITH months AS (
    SELECT t.loan_id, newest.* FROM loans_touched t CROSS JOIN LATERAL (
        SELECT DISTINCT ON (c.month) c.month, c.standing, c.below
        FROM loans_covenantmonth c WHERE c.loan_id = t.loan_id ORDER BY c.month, c.revision DESC
    ) newest
), judged AS (
    SELECT m.*, count(*) FILTER (WHERE standing NOT IN ('cure', 'breached')) OVER (PARTITION BY loan_id ORDER BY month)
        AS part
    FROM months m WHERE standing NOT IN ('awaited', 'late')
), ends AS (
    SELECT loan_id, max(part) AS part FROM judged GROUP BY loan_id
), runs AS (
    SELECT j.loan_id, min(j.month) AS began, max(j.below)::integer AS below,
        bool_or(j.standing = 'breached') AS is_breach,
        CASE WHEN j.part < max(e.part) THEN 'cured' WHEN bool_or(j.standing = 'breached') THEN 'breached'
            ELSE 'cure' END AS state
    FROM judged j JOIN ends e ON e.loan_id = j.loan_id WHERE j.standing IN ('cure', 'breached')
    GROUP BY j.loan_id, j.part
), standing AS (
    SELECT k.* FROM loans_touched t JOIN loans_covenantcase k ON k.loan_id = t.loan_id
)
SELECT loan_id, began, s.id, s.state, coalesce(r.state, 'void'), coalesce(r.below, 0), coalesce(r.is_breach, false)
FROM runs r FULL JOIN standing s USING (loan_id, began)
WHERE s.id IS NULL OR s.state IN ('cure', 'breached', 'cured', 'void')
    AND (s.state, s.below, s.breached_at IS NOT NULL) IS DISTINCT FROM
        (coalesce(r.state, 'void'), coalesce(r.below, 0), coalesce(r.is_breach, false))
ORDER BY loan_id, began
"""
OPEN_CASES = """
INSERT INTO loans_covenantcase (reference, loan_id, began, state, below, breached_at, opened_at, changed_at)
SELECT reference, loan_id, began, state, below, CASE WHEN is_breach THEN %(now)s END, %(now)s, %(now)s
FROM unnest(%(references)s::text[], %(loans)s::bigint[], %(began)s::date[], %(states)s::text[], %(below)s::integer[],
    %(breaches)s::boolean[]) AS c (reference, loan_id, began, state, below, is_breach)
RETURNING id
"""
MOVE_CASES = """
UPDATE loans_covenantcase k SET state = c.state, below = c.below, changed_at = %(now)s,
    breached_at = CASE WHEN c.is_breach THEN coalesce(k.breached_at, %(now)s) END
FROM unnest(%(cases)s::bigint[], %(states)s::text[], %(below)s::integer[], %(breaches)s::boolean[])
    AS c (id, state, below, is_breach)
WHERE k.id = c.id
"""
STEPS = """
INSERT INTO loans_covenantstep (case_id, state, because, at)
SELECT id, state, '', %(now)s FROM unnest(%(cases)s::bigint[], %(states)s::text[]) AS c (id, state)
"""
#: A breach that figures took back needs no decision any more.
DROP_PROPOSALS = """
UPDATE loans_breachdecision d SET dropped_at = %(now)s FROM loans_covenantcase k
WHERE d.case_id = k.id AND k.id = ANY(%(cases)s::bigint[]) AND k.state <> 'breached'
    AND d.confirmed_at IS NULL AND d.dropped_at IS NULL
"""
#: Loans of which no month was judged although one is over: signed late, or with a date of the past.
UNSEEN = """
SELECT l.id FROM loans_loan l
WHERE l.state IN ('signed', 'drawn') AND date_trunc('month', l.signed_on) + interval '1 month' <= %(last_month)s
    AND NOT EXISTS (SELECT FROM loans_covenantmonth c WHERE c.loan_id = l.id)
ORDER BY l.id
"""
