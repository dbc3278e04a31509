"""The statements of a plan: people into groups, and the places of groups into sessions of persons.

People are held in temporary tables while a plan is computed; what it comes to is in `vaccination_planneddose`.

The workers of a large workplace are cut into as many clumps as there are shares, and the clumps lie evenly on the line
of their group: a stretch of the line as long as one share holds no more people of a workplace than one clump. A group
fills its days along the line, and no day takes more than one share of the group.
"""

#: Everybody who waits, in the plan's area, with all that makes two of them alike. `ages` has a bit for each vaccine for
#: which the person is old enough.
PEOPLE = """
CREATE TEMPORARY TABLE plan_people AS
WITH wanting AS NOT MATERIALIZED (
    SELECT d.id AS dose_id, e.employer_id, d.number,
           e.near_home AND e.home_area <> '' OR e.work_area = '' AS near_home,
           CASE WHEN e.near_home AND e.home_area <> '' OR e.work_area = '' THEN e.home_area ELSE e.work_area END
               AS area,
           CASE WHEN e.work_area = '' THEN e.home_area ELSE e.work_area END AS opens_in,
           e.phase_id, d.vaccine AS needed, {ages} AS ages,
           d."group", d.waiting_because IN ('site_closed', 'stock_slipped') AS is_first,
           CASE WHEN d.misses >= %(misses)s THEN 'missed' ELSE '' END AS why,
           greatest(d.due_from, %(first)s) AS due_from,
           CASE WHEN d.due_until >= %(first)s THEN least(d.due_until, %(last)s) ELSE %(last)s END AS due_until
    FROM vaccination_dose d
    JOIN vaccination_enrolment e ON e.id = d.enrolment_id
    JOIN registry_person p ON p.id = d.person_id AND p.died_on IS NULL
    WHERE d.state = 'waiting' AND e.state = 'confirmed' AND (%(province)s = '' OR e.province_code = %(province)s)
), working AS (
    SELECT w.*, CASE WHEN employer_id IS NOT NULL THEN count(*) OVER work END AS people,
           max("group") FILTER (WHERE number = 1 AND NOT near_home) OVER work AS top,
           row_number() OVER (work ORDER BY area, "group", due_from, dose_id) AS nth
    FROM wanting w WINDOW work AS (PARTITION BY employer_id)
)
SELECT dose_id, employer_id, area, opens_in, phase_id, number > 1 AS is_later, needed, ages, is_first, due_from,
       due_until, CASE WHEN people <= %(small)s AND number = 1 AND NOT near_home THEN top ELSE "group" END AS "group",
       coalesce(people > %(small)s, false) AS is_shared_out, why,
       CASE WHEN people > %(small)s THEN nth %% %(shares)s ELSE 0 END AS clump, {spot} AS spot
FROM working
"""
#: Where on the line somebody stands: co-workers together, workplaces in an order that differs from plan to plan.
SPOT = """
(hashint8extended(coalesce(employer_id, -dose_id), %(seed)s::bigint) & 1048575) / 1048576.0::float8
"""
#: One bit of `ages`, and one vaccine in the list of those that people may have.
AGE = "CASE WHEN p.birth_date <= %(born_by_{vaccine})s THEN {bit} ELSE 0 END"
VACCINE = """
CASE WHEN k.ages & {bit} > 0 AND (k.needed = '{vaccine}' OR k.needed = ''
          AND '{vaccine}' = ANY(coalesce(o.vaccines, own.vaccines))) THEN '{vaccine}' END
"""
#: People booked in sessions that were cancelled or lost their doses. They may come from the week of their date on.
AFFECTED = """
CREATE TEMPORARY TABLE plan_people AS
SELECT moving.*, {spot} AS spot FROM (
    SELECT d.id AS dose_id, e.employer_id,
           CASE WHEN e.near_home AND e.home_area <> '' OR e.work_area = '' THEN e.home_area ELSE e.work_area END
               AS area,
           '' AS opens_in, 0 AS phase_id, false AS is_later, s.vaccine AS needed, -1 AS ages, false AS is_first,
           greatest(d.due_from, %(first)s, %(first)s + (s.day - %(first)s) / 7 * 7) AS due_from,
           CASE WHEN d.due_until >= greatest(d.due_from, s.day, %(first)s) THEN least(d.due_until, %(last)s)
                ELSE %(last)s END AS due_until,
           d."group", false AS is_shared_out,
           CASE WHEN greatest(d.due_from, s.day) > %(last)s THEN %(because)s ELSE '' END AS why, 0 AS clump
    FROM vaccination_session s
    JOIN places_site site ON site.id = s.site_id AND (%(province)s = '' OR site.province_code = %(province)s)
    JOIN vaccination_dose d ON d.session_id = s.id AND d.state = 'booked'
    JOIN vaccination_enrolment e ON e.id = d.enrolment_id
    WHERE s.day >= %(today)s AND (s.cancelled_at IS NOT NULL OR s.lacks_doses)
) moving
"""
_ALIKE = """
area, opens_in, phase_id, is_later, needed, ages, is_first, due_from, due_until, "group", is_shared_out, why
"""
_GROUP = 'area, "group", is_first, vaccines, due_from, due_until, is_shared_out, left_because'
#: What is the same for all who are alike is worked out once for them, and not for millions. `left_because` says why
#: nobody of them can be placed by any plan of today; whoever is moved has no phase to wait for. A first dose may be
#: given wherever a phase is open, also to who was listed for an earlier one; further doses go on, whatever becomes of
#: the phase.
KINDS = f"""
CREATE TEMPORARY TABLE plan_kinds AS
WITH running AS MATERIALIZED (
    SELECT ph.id, ph.area_codes, pd.vaccines
    FROM policies_phase ph JOIN vaccination_phasedetail pd ON pd.phase_id = ph.id
    WHERE ph.state = 'open' AND ph.opens_on <= %(last)s AND (ph.closes_on IS NULL OR ph.closes_on >= %(first)s)
), alike AS MATERIALIZED (
    SELECT {_ALIKE}, count(*) AS persons FROM plan_people GROUP BY {_ALIKE}
), open_areas AS MATERIALIZED (
    SELECT area, array_agg(DISTINCT vaccine) AS vaccines
    FROM (SELECT DISTINCT opens_in::varchar AS area FROM alike) lived
    JOIN running ON cardinality(running.area_codes) = 0
         OR running.area_codes && ARRAY[left(area, 2)::varchar, left(area, 4)::varchar, area]
    CROSS JOIN unnest(running.vaccines) AS vaccine
    GROUP BY area
), told AS (
    SELECT k.*, concat_ws(',', {{vaccines}}) AS vaccines,
           k.is_later OR o.area IS NOT NULL AS is_open
    FROM alike k
    LEFT JOIN running own ON own.id = k.phase_id
    LEFT JOIN open_areas o ON o.area = k.opens_in
), reasoned AS (
    SELECT told.*, CASE WHEN phase_id = 0 OR why <> '' THEN why WHEN area = '' THEN 'no_address'
                        WHEN NOT is_open THEN 'area_not_open' WHEN vaccines = '' THEN 'no_vaccine_for_age'
                        WHEN due_from > due_until THEN 'interval' ELSE '' END AS left_because
    FROM told
)
SELECT reasoned.*, dense_rank() OVER (ORDER BY {_GROUP}) AS number FROM reasoned
"""  # noqa: S608 constants of this module
GROUPS = f"""
CREATE TEMPORARY TABLE plan_groups AS
SELECT number, {_GROUP}, sum(persons)::bigint AS persons FROM plan_kinds GROUP BY number, {_GROUP}
"""  # noqa: S608 constants of this module
READ_GROUPS = """
SELECT number, area, "group", is_first, vaccines, due_from, due_until, is_shared_out, left_because, persons
FROM plan_groups ORDER BY number
"""
KEEP_GROUPS = """
INSERT INTO vaccination_plangroup (plan_id, number, area_code, "group", is_first, vaccines, due_from, due_until,
                                   is_shared_out, persons, served, left_because)
SELECT %(plan)s, g.number, g.area, g."group", g.is_first, string_to_array(g.vaccines, ','), g.due_from, g.due_until,
       g.is_shared_out, g.persons, coalesce(told.served, 0),
       coalesce(nullif(g.left_because, ''), told.left_because, '')
FROM plan_groups g
LEFT JOIN unnest(%(numbers)s::bigint[], %(served)s::bigint[], %(left)s::text[]) AS told (number, served, left_because)
     ON told.number = g.number
"""
KEEP_PLACES = """
INSERT INTO vaccination_plannedplace (plan_id, group_id, site_id, day, vaccine, persons, km)
SELECT %(plan)s, g.id, c.site, c.day, c.vaccine, c.persons, round(c.metres / 1000.0, 1)
FROM unnest(%(number)s::bigint[], %(site)s::bigint[], %(day)s::date[], %(vaccine)s::text[], %(persons)s::bigint[],
            %(metres)s::bigint[]) AS c (number, site, day, vaccine, persons, metres)
JOIN vaccination_plangroup g ON g.plan_id = %(plan)s AND g.number = c.number
"""
#: Cells are places of a group, in the order of days; seats are people whom a session takes, in the order of hours.
CELLS = """
CREATE TEMPORARY TABLE plan_cells AS
SELECT number, array_agg(ending ORDER BY ending) AS endings, array_agg(place ORDER BY ending) AS places
FROM (SELECT number, dense_rank() OVER (ORDER BY day, site, vaccine)::int AS place,
             (sum(persons) OVER (PARTITION BY number ORDER BY day, site, vaccine))::bigint AS ending
      FROM unnest(%(number)s::bigint[], %(site)s::bigint[], %(day)s::date[], %(vaccine)s::text[],
                  %(persons)s::bigint[]) AS c (number, site, day, vaccine, persons)) summed
GROUP BY number
"""
SEATS = """
CREATE TEMPORARY TABLE plan_seats AS
SELECT place, array_agg(ending ORDER BY ending) AS endings, array_agg(session ORDER BY ending) AS sessions
FROM (SELECT p.place, s.session,
             (sum(s.persons) OVER (PARTITION BY p.place ORDER BY s.starts_at, s.session))::bigint AS ending
      FROM (SELECT DISTINCT dense_rank() OVER (ORDER BY day, site, vaccine)::int AS place, day, site, vaccine
            FROM unnest(%(cell_site)s::bigint[], %(cell_day)s::date[], %(cell_vaccine)s::text[])
                 AS c (site, day, vaccine)) p
      JOIN (SELECT v.id AS session, v.site_id AS site, v.day, v.vaccine, v.starts_at, asked.persons
            FROM unnest(%(session)s::bigint[], %(persons)s::bigint[]) AS asked (id, persons)
            JOIN vaccination_session v USING (id)) s USING (site, day, vaccine)) summed
GROUP BY place
"""
#: Everybody's turn on the line of their group; it does not depend on where the group goes.
LINE = f"""
CREATE TEMPORARY TABLE plan_line AS
SELECT p.dose_id, p.employer_id, k.number,
       row_number() OVER (PARTITION BY k.number ORDER BY (p.clump + p.spot), p.employer_id, p.dose_id) - 1 AS turn
FROM plan_people p JOIN plan_kinds k USING ({_ALIKE})
"""  # noqa: S608 constants of this module
#: Along the line of their group people get their day and site, and there, with their co-workers, an hour.
PLACE = """
CREATE TEMPORARY TABLE plan_seated AS
WITH placed AS (
    SELECT l.dose_id, l.employer_id, coalesce(nullif(kept.left_because, ''), 'no_doses') AS left_because,
           c.places[width_bucket(l.turn, c.endings) + 1] AS place
    FROM plan_line l JOIN vaccination_plangroup kept ON kept.plan_id = %(plan)s AND kept.number = l.number
    LEFT JOIN plan_cells c ON c.number = l.number
), turned AS (
    SELECT dose_id, employer_id, left_because, place,
           row_number() OVER (PARTITION BY place ORDER BY employer_id, dose_id) - 1 AS turn
    FROM placed
)
SELECT t.dose_id, t.employer_id, t.left_because, s.sessions[width_bucket(t.turn, s.endings) + 1] AS session_id
FROM turned t LEFT JOIN plan_seats s USING (place)
"""
#: Whoever would make it more than a share of one workplace on a day, those who are booked already counted, is left.
OVER_SHARE = """
WITH staff AS (
    SELECT DISTINCT employer_id FROM plan_seated WHERE employer_id IS NOT NULL
), work AS (
    SELECT employer_id, ceil(count(*) * %(share)s::numeric) AS most
    FROM vaccination_enrolment e JOIN staff USING (employer_id)
    WHERE e.state IN ('confirmed', 'completed') GROUP BY employer_id HAVING count(*) > %(small)s
), planned AS (
    SELECT employer_id, v.day, sum(people)::bigint AS people
    FROM (SELECT employer_id, session_id, count(*) AS people FROM plan_seated
          WHERE session_id IS NOT NULL AND employer_id IS NOT NULL GROUP BY employer_id, session_id) hours
    JOIN vaccination_session v ON v.id = hours.session_id GROUP BY employer_id, v.day
), booked AS (
    SELECT e.employer_id, v.day, count(*) AS people FROM vaccination_dose d
    JOIN vaccination_enrolment e ON e.id = d.enrolment_id JOIN work ON work.employer_id = e.employer_id
    JOIN vaccination_session v ON v.id = d.session_id AND v.cancelled_at IS NULL
    WHERE d.state = 'booked' GROUP BY e.employer_id, v.day
), full_days AS (
    SELECT p.employer_id, p.day, greatest(work.most - coalesce(b.people, 0), 0) AS most
    FROM planned p JOIN work USING (employer_id) LEFT JOIN booked b USING (employer_id, day)
    WHERE p.people + coalesce(b.people, 0) > work.most
), over AS (
    SELECT dose_id FROM (
        SELECT t.dose_id, f.most, row_number() OVER (PARTITION BY f.employer_id, f.day ORDER BY t.dose_id) AS nth
        FROM full_days f JOIN vaccination_session v ON v.day = f.day
        JOIN plan_seated t ON t.employer_id = f.employer_id AND t.session_id = v.id) counted WHERE nth > most
)
UPDATE plan_seated SET session_id = NULL, left_because = 'share' FROM over WHERE plan_seated.dose_id = over.dose_id
"""
KEEP_DOSES = """
INSERT INTO vaccination_planneddose (plan_id, dose_id, session_id, left_because, is_booked)
SELECT %(plan)s, dose_id, session_id, CASE WHEN session_id IS NULL THEN left_because ELSE '' END, false FROM plan_seated
"""
KEEP_SESSIONS = """
INSERT INTO vaccination_plannedsession (plan_id, session_id, lot_id, turn, persons, doses, is_done)
SELECT %(plan)s, v.id, asked.lot, row_number() OVER (ORDER BY v.day, v.site_id, v.starts_at, v.id), counted.persons,
       ceil((counted.persons + s.taken) * (1 - %(allowance)s::numeric)), false
FROM (SELECT session_id, count(*) AS persons FROM plan_seated WHERE session_id IS NOT NULL GROUP BY session_id) counted
JOIN vaccination_session v ON v.id = counted.session_id JOIN capacity_supply s ON s.id = v.supply_id
JOIN unnest(%(session)s::bigint[], %(lot)s::bigint[]) AS asked (id, lot) ON asked.id = v.id
"""
LEFT = "SELECT left_because, count(*) FROM plan_seated WHERE session_id IS NULL GROUP BY left_because"
TABLES = ("plan_line", "plan_groups", "plan_cells", "plan_seats")
DROP = "DROP TABLE IF EXISTS plan_people, plan_kinds, plan_line, plan_groups, plan_cells, plan_seats, plan_seated"
FORGET = (
    "DELETE FROM vaccination_plannedplace WHERE plan_id = %(plan)s",
    "DELETE FROM vaccination_plannedsession WHERE plan_id = %(plan)s",
    "DELETE FROM vaccination_planneddose WHERE plan_id = %(plan)s",
    "DELETE FROM vaccination_plangroup WHERE plan_id = %(plan)s",
)
