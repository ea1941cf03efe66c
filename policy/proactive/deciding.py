"""From what is due, and what was decided, to the decisions of a night.

It works on the tables of :class:`~policy.proactive.benefits.Assembly`, and on ``decided``, what
the ledger holds of those looked at, in the registers' own DuckDB connection.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pyarrow as pa

from policy.ledger.rows import (
    AWARD,
    CORRECTION,
    ENDING,
    LAPSE,
    OFFER,
    OPENING,
    PAYING,
    QUESTION,
    REFERRAL,
    SAID,
    VOID,
)
from policy.proactive.reasons import (
    ACCEPTED,
    BY_LAW,
    CHANGED,
    CLAIMED,
    FIRST_TIME,
    NO_ANSWER,
    NO_LONGER,
    NO_NUMBER,
    NOT_HELD,
    OTHER_RECIPIENT,
    RESUMED,
    RUNNING,
    TOO_LATE,
    WAIVED,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    import duckdb

    from policy.proactive.benefits import Benefit, Night

_PAYING = ", ".join(f"'{kind}'" for kind in PAYING)
#: Where the decisions stand that a void one makes: after all others.
_LAST = 2**62

#: What was answered, and to what: by the recipient; by who may answer for the child it is about;
#: and of what a family is paid, by who may answer for a child together with the recipient.
_ANSWERED = f"""
CREATE OR REPLACE TEMP TABLE answered AS
SELECT decided.number, decided.id, decided.kind, decided.subject, decided.benefit,
    decided.recipient AS asked, decided.run_date, decided.answer_by, decided.period_from,
    answers.person, answers.answer, answers.value, answers.answered_on, answers.recorded_on,
    answers.answer_id
FROM answers JOIN decided ON answers.case_id = decided.id
    OR (answers.case_id IS NULL AND answers.subject IN (decided.subject)
        AND coalesce(answers.benefit = decided.benefit, true))
    OR (answers.case_id IS NULL AND answers.person = decided.subject
        AND coalesce(answers.benefit = decided.benefit, answers.subject IS NOT NULL))
WHERE decided.kind IN ('{OFFER}', '{AWARD}', '{QUESTION}')
    AND answers.answered_on >= decided.run_date::DATE
    AND (answers.person = decided.recipient
        OR CASE WHEN decided.subject IS DISTINCT FROM decided.recipient
            THEN (decided.subject, answers.person) IN (SELECT (subject, person) FROM entitled)
            ELSE decided.kind = '{AWARD}' AND (decided.recipient, answers.person) IN (
                SELECT (one.person, other.person)
                FROM entitled AS one JOIN entitled AS other USING (subject))
        END)
"""
#: Grants without application to which somebody objected in time; who claims what was waived in the
#: same night is granted it.
_OBJECTED = f"""
CREATE OR REPLACE TEMP TABLE voided AS
WITH last_void AS (
    SELECT subject, benefit, max(number) AS number FROM decided WHERE kind = '{VOID}' GROUP BY ALL
), objection AS (
    SELECT DISTINCT ON (subject, benefit) * FROM answered
    WHERE kind = '{AWARD}' AND answer_by IS NOT NULL AND answered_on <= answer_by::DATE
        AND CASE answer WHEN 'waive' THEN person = asked WHEN 'claim' THEN person <> asked END
    ORDER BY subject, benefit, number DESC, answer = 'waive', answered_on, answer_id
)
SELECT objection.* FROM objection LEFT JOIN last_void USING (subject, benefit)
WHERE last_void.number IS NULL OR objection.number > last_void.number
"""
_CLAIMS = """
CREATE OR REPLACE TEMP TABLE claims AS
SELECT subject, benefit, person AS recipient, answered_on FROM voided WHERE answer = 'claim'
"""
_VOIDED = f"""
INSERT INTO decided BY NAME
SELECT {_LAST} AS number, id || '-void' AS id, '{VOID}' AS kind, subject, benefit, period_from,
    '{{}}' AS amounts, asked AS recipient
FROM voided
"""
#: Whoever accepted an offer, or was named, with the last day on which that was said; whether they
#: can be paid is seen when it is known who raises the child.
_ACCEPTANCES = f"""
CREATE OR REPLACE TEMP TABLE acceptances AS
SELECT DISTINCT ON (subject, benefit, number, recipient) subject, benefit, number, answered_on,
    answer_id, period_from AS offered_from,
    CASE answer WHEN 'recipient' THEN value ELSE person END AS recipient
FROM answered WHERE kind = '{OFFER}' AND answer IN ('accept', 'claim', 'recipient')
ORDER BY subject, benefit, number, recipient, answered_on DESC, answer_id DESC
"""
_ACCEPTED = """
CREATE OR REPLACE TEMP TABLE accepted AS
SELECT DISTINCT ON (subject, benefit) * FROM acceptances
ORDER BY subject, benefit, number DESC, answered_on DESC, answer_id DESC
"""
_FACTS_GIVEN = f"""
CREATE OR REPLACE TEMP TABLE said AS
SELECT DISTINCT ON (subject, benefit) subject, benefit AS fact, value FROM answered
WHERE kind = '{QUESTION}' AND answer = 'fact' ORDER BY subject, benefit, answered_on DESC, answer_id
"""
_LAST_PAYING = f"""
CREATE OR REPLACE TEMP TABLE last_paying AS
SELECT DISTINCT ON (subject, benefit) * FROM decided WHERE kind IN ({_PAYING})
ORDER BY subject, benefit, number DESC
"""
#: What is paid, and whether it still will be after the last month known.
_RUNNING = f"""
CREATE OR REPLACE TEMP TABLE running AS
SELECT subject, benefit, recipient,
    map_values(amounts::JSON::MAP(VARCHAR, DOUBLE))[-1] > 0 AS goes_on
FROM last_paying WHERE kind NOT IN ('{ENDING}', '{VOID}')
"""
#: The last offer after which nothing was paid.
_OFFERED = f"""
CREATE OR REPLACE TEMP TABLE offered AS
SELECT DISTINCT ON (subject, benefit) offer.*, lapsed.previous IS NOT NULL AS is_lapsed
FROM decided AS offer
LEFT JOIN last_paying USING (subject, benefit)
LEFT JOIN (SELECT DISTINCT previous FROM decided WHERE kind = '{LAPSE}') AS lapsed
    ON lapsed.previous = offer.id
WHERE offer.kind = '{OFFER}' AND offer.number > coalesce(last_paying.number, 0)
ORDER BY subject, benefit, offer.number DESC
"""

#: For whom, and for which months, all that is due is known.
_LOOKED_AT = """
CREATE OR REPLACE TEMP TABLE looked_at AS
SELECT DISTINCT subject, month FROM members
UNION
SELECT person, months.month FROM touched, night_months AS months
WHERE months.month >= strftime(touched.month, '%Y-%m')
UNION
SELECT DISTINCT subject, months.month FROM decided, night_months AS months WHERE everyone
"""
_STANDING = f"""
CREATE OR REPLACE TEMP TABLE standing AS
WITH paid AS (
    SELECT subject, benefit, number, period_from, period_until,
        amounts::JSON::MAP(VARCHAR, DOUBLE) AS steps
    FROM decided SEMI JOIN benefits USING (benefit) WHERE kind IN ({_PAYING})
), latest AS (
    SELECT subject, benefit, month,
        arg_max(struct_pack(steps := steps, until := period_until), number) AS last
    FROM paid JOIN looked_at USING (subject) WHERE period_from <= month
    GROUP BY subject, benefit, month
)
SELECT subject, benefit, month,
    CASE WHEN last.until < month THEN 0
        ELSE coalesce(last.steps[list_max(list_filter(map_keys(last.steps), lambda step:
            step <= month))], 0) END AS amount
FROM latest
"""
#: Of which benefits, and of which months, the law kept here gives no number.
_NOT_KNOWN = """
CREATE OR REPLACE TEMP TABLE not_known AS
SELECT subject, benefit, month, recipient FROM computed WHERE isnan(amount)
"""
#: What is due and what was decided, side by side, where it is known; nothing is known of what was
#: paid before the ledger was opened.
_CELLS = f"""
CREATE OR REPLACE TEMP TABLE cells AS
WITH opened AS (
    SELECT subject, benefit, min(period_from) AS month FROM decided WHERE kind = '{OPENING}'
    GROUP BY subject, benefit
), both_sides AS (
    SELECT coalesce(due.subject, standing.subject) AS subject,
        coalesce(due.benefit, standing.benefit) AS benefit,
        coalesce(due.month, standing.month) AS month,
        coalesce(due.amount, 0) AS now, coalesce(standing.amount, 0) AS before,
        due.recipient, coalesce(due.unasked, false) AS unasked
    FROM computed AS due FULL JOIN standing
        ON due.subject = standing.subject AND due.benefit = standing.benefit
        AND due.month = standing.month
)
SELECT both_sides.*, running.subject IS NOT NULL AS is_running,
    is_running AND before > 0 AND now > 0 AND both_sides.recipient <> running.recipient AS moved,
    CASE WHEN moved OR (NOT is_running AND before = 0) THEN 0 ELSE now END AS held
FROM both_sides LEFT JOIN running
    ON running.subject = both_sides.subject AND running.benefit = both_sides.benefit
LEFT JOIN opened
    ON opened.subject = both_sides.subject AND opened.benefit = both_sides.benefit
WHERE (opened.month IS NULL OR both_sides.month >= opened.month) AND NOT isnan(now)
"""
_PER = """
CREATE OR REPLACE TEMP TABLE per AS
SELECT subject, benefit, any_value(is_running) AS is_running,
    min(month) FILTER (held <> before) AS first_other,
    min(month) FILTER (moved) AS first_moved,
    arg_max(held, month) AS held_last,
    min(month) FILTER (now > 0 AND (moved OR (NOT is_running AND before = 0))) AS first_new,
    coalesce(sum(held - before) FILTER (month <= $paid_until), 0) AS owed
FROM cells GROUP BY subject, benefit
"""
#: What changes of what is paid, or was to its ending: from the first month that is another.
_CHANGES = f"""
INSERT INTO decisions BY NAME
SELECT CASE WHEN held_last = 0 THEN '{ENDING}' ELSE '{CORRECTION}' END AS kind,
    per.subject, per.benefit, first_other AS period_from,
    CASE WHEN first_moved IS NOT NULL THEN
            strftime((first_moved || '-01')::DATE - INTERVAL 1 MONTH, '%Y-%m')
        WHEN once THEN (SELECT max(month) FROM cells WHERE cells.subject = per.subject
            AND cells.benefit = per.benefit AND held <> before)
    END AS period_until,
    'held' AS of, last.recipient,
    CASE WHEN first_moved IS NOT NULL THEN '{OTHER_RECIPIENT}'
        WHEN held_last = 0 AND NOT once THEN '{NO_LONGER}' ELSE '{CHANGED}' END AS why,
    round(owed, 2) AS owed, NULL AS answer_by, last.id AS previous
FROM per JOIN benefits USING (benefit)
JOIN last_paying AS last ON last.subject = per.subject AND last.benefit = per.benefit
WHERE (is_running OR last.kind = '{ENDING}') AND first_other IS NOT NULL
"""
#: What is new: granted by the law, or because it was accepted or claimed; resumed; or offered.
_NEW = f"""
INSERT INTO decisions BY NAME
WITH new_right AS (
    SELECT per.subject, per.benefit, first_new, once, granted, resumed,
        cell.recipient, cell.unasked, last.kind AS last_kind, last.recipient AS last_recipient,
        last.id AS last_id, last.number AS last_number,
        offered.id AS offer_id, offered.period_from AS offered_from,
        acceptance.recipient AS accepted_by,
        claims.recipient AS claimed_by, voided.answer AS objection, member.first, member.second
    FROM per JOIN benefits USING (benefit)
    JOIN cells AS cell ON cell.subject = per.subject AND cell.benefit = per.benefit
        AND cell.month = first_new
    LEFT JOIN members AS member ON member.subject = per.subject AND member.month = first_new
        AND member.role = benefits.role
    LEFT JOIN last_paying AS last ON last.subject = per.subject AND last.benefit = per.benefit
    LEFT JOIN offered ON offered.subject = per.subject AND offered.benefit = per.benefit
    LEFT JOIN acceptances AS acceptance ON acceptance.subject = per.subject
        AND acceptance.benefit = per.benefit AND acceptance.number > coalesce(last.number, 0)
        AND acceptance.recipient IN (member.first, member.second)
    LEFT JOIN voided ON voided.benefit = per.benefit
        AND (voided.subject = per.subject OR voided.person = per.subject)
    LEFT JOIN claims ON claims.benefit = per.benefit
        AND (claims.subject = per.subject OR claims.recipient = per.subject)
    WHERE first_new IS NOT NULL
    QUALIFY row_number() OVER (PARTITION BY per.subject, per.benefit
        ORDER BY acceptance.number DESC, acceptance.answered_on DESC, acceptance.answer_id DESC) = 1
), chosen AS (
    SELECT *, CASE
        WHEN $opening THEN '{RUNNING}'
        WHEN accepted_by IS NOT NULL THEN '{ACCEPTED}'
        WHEN claimed_by IN (first, second) THEN '{CLAIMED}'
        WHEN last_kind = '{VOID}' AND objection IS DISTINCT FROM 'claim' THEN '{WAIVED}'
        WHEN last_kind = '{VOID}' THEN '{FIRST_TIME}'
        WHEN resumed AND last_kind = '{ENDING}' AND last_recipient IN (first, second)
            THEN '{RESUMED}'
        WHEN unasked AND granted THEN '{BY_LAW}'
        ELSE '{FIRST_TIME}' END AS why
    FROM new_right
)
SELECT CASE why WHEN '{RUNNING}' THEN '{OPENING}' WHEN '{RESUMED}' THEN '{CORRECTION}'
        WHEN '{WAIVED}' THEN '{OFFER}' WHEN '{FIRST_TIME}' THEN '{OFFER}' ELSE '{AWARD}'
    END AS kind,
    subject, benefit, first_new AS period_from, CASE WHEN once THEN first_new END AS period_until,
    'now' AS of,
    CASE why WHEN '{ACCEPTED}' THEN accepted_by WHEN '{CLAIMED}' THEN claimed_by
        WHEN '{RESUMED}' THEN last_recipient
        WHEN '{WAIVED}' THEN CASE WHEN last_recipient = first THEN second ELSE first END
        ELSE recipient END AS recipient,
    why, NULL AS owed,
    CASE WHEN why IN ('{BY_LAW}', '{WAIVED}', '{FIRST_TIME}') THEN $answer_by END AS answer_by,
    coalesce(CASE WHEN why = '{ACCEPTED}' THEN offer_id END,
        CASE WHEN last_number < {_LAST} THEN last_id END, offer_id) AS previous
FROM chosen
WHERE (why NOT IN ('{WAIVED}', '{FIRST_TIME}') OR offer_id IS NULL)
    AND NOT (why = '{WAIVED}' AND second IS NULL)
"""
#: Offers whose amounts are others now: made anew.
_OFFERED_ANEW = f"""
INSERT INTO decisions BY NAME
SELECT '{OFFER}' AS kind, per.subject, per.benefit, first_new AS period_from,
    CASE WHEN once THEN first_new END AS period_until, 'now' AS of, offered.recipient,
    '{CHANGED}' AS why, NULL AS owed, $answer_by AS answer_by, offered.id AS previous
FROM per JOIN benefits USING (benefit)
JOIN offered ON offered.subject = per.subject AND offered.benefit = per.benefit
JOIN steps ON steps.subject = per.subject AND steps.benefit = per.benefit AND steps.of = 'now'
SEMI JOIN looked_at ON looked_at.subject = per.subject
    AND looked_at.month = least(offered.period_from, first_new)
WHERE first_new IS NOT NULL AND NOT is_lapsed AND offered.answer_by >= $day
    AND offered.amounts <> steps.amounts
    AND (per.subject, per.benefit) NOT IN (SELECT (subject, benefit) FROM decisions)
"""
_VOIDS = f"""
INSERT INTO decisions BY NAME
SELECT '{VOID}' AS kind, subject, benefit, period_from, NULL AS period_until, 'none' AS of,
    asked AS recipient, CASE answer WHEN 'claim' THEN '{CLAIMED}' ELSE '{WAIVED}' END AS why,
    NULL AS owed, NULL AS answer_by, id AS previous
FROM voided
"""
#: What is offered by its day, and granted as it was offered, to nobody else.
_BY_DAY = f"""
INSERT INTO decisions BY NAME
SELECT '{OFFER}' AS kind, subject, benefit, period_from, period_until, 'day' AS of, recipient,
    '{FIRST_TIME}' AS why, NULL AS owed, $answer_by AS answer_by, NULL AS previous
FROM by_day
WHERE NOT EXISTS (FROM decided WHERE decided.subject = by_day.subject
    AND decided.benefit = by_day.benefit AND decided.period_until >= by_day.period_from)
UNION ALL
SELECT '{AWARD}', offered.subject, offered.benefit, period_from, period_until, 'offer',
    offered.recipient, '{ACCEPTED}', NULL, NULL, offered.id
FROM offered ANTI JOIN benefits USING (benefit)
JOIN acceptances AS acceptance ON acceptance.subject = offered.subject
    AND acceptance.benefit = offered.benefit AND acceptance.number = offered.number
    AND acceptance.recipient = offered.recipient
"""
_QUESTIONS = f"""
INSERT INTO decisions BY NAME
SELECT '{QUESTION}' AS kind, asked.subject, fact AS benefit, min(asked.month) AS period_from,
    NULL AS period_until, 'question' AS of, min(first) AS recipient, '{NOT_HELD}' AS why,
    NULL AS owed, $answer_by AS answer_by, NULL AS previous
FROM asked JOIN members AS member
    ON member.subject = asked.subject AND member.month = asked.month AND member.role = 'child'
WHERE (asked.subject, fact) NOT IN (
    SELECT (subject, benefit) FROM decided WHERE kind = '{QUESTION}'
)
GROUP BY asked.subject, fact
"""
_REFERRALS = f"""
INSERT INTO decisions BY NAME
SELECT '{REFERRAL}' AS kind, subject, benefit, min(month) AS period_from, NULL AS period_until,
    'unknown' AS of, arg_min(recipient, month) AS recipient, '{NO_NUMBER}' AS why, NULL AS owed,
    NULL AS answer_by, NULL AS previous
FROM not_known
WHERE (subject, benefit) NOT IN (
    SELECT (subject, benefit) FROM decided WHERE kind = '{REFERRAL}'
)
GROUP BY subject, benefit
"""
#: Objections that came too late, and offers that nobody answered or that are due no more.
_LAPSES = f"""
INSERT INTO decisions BY NAME
SELECT DISTINCT ON (subject, benefit, period_from) * FROM (
    SELECT '{LAPSE}' AS kind, subject, benefit, period_from, NULL AS period_until, 'none' AS of,
        asked AS recipient, '{TOO_LATE}' AS why, NULL AS owed, NULL AS answer_by, id AS previous
    FROM answered
    WHERE kind = '{AWARD}' AND answer_by IS NOT NULL AND recorded_on > nullif($since, '')::DATE
        AND answer IN ('waive', 'claim') AND answered_on > answer_by::DATE
    UNION ALL
    SELECT '{LAPSE}', subject, benefit, period_from, NULL, 'none', recipient, '{NO_LONGER}', NULL,
        NULL, id
    FROM offered SEMI JOIN benefits USING (benefit)
    SEMI JOIN looked_at ON looked_at.subject = offered.subject AND looked_at.month = period_from
    ANTI JOIN (SELECT * FROM per WHERE first_new IS NOT NULL) AS due
        ON due.subject = offered.subject AND due.benefit = offered.benefit
    ANTI JOIN not_known
        ON not_known.subject = offered.subject AND not_known.benefit = offered.benefit
    WHERE NOT is_lapsed
    UNION ALL
    SELECT '{LAPSE}', subject, benefit, period_from, NULL, 'none', recipient, '{NO_ANSWER}', NULL,
        NULL, id
    FROM unanswered
    WHERE (subject, benefit) NOT IN (SELECT (subject, benefit) FROM decisions)
)
ORDER BY subject, benefit, period_from, previous, why
"""
#: What is due in each month, and where nothing is any more, 0; an end to come is decided in its
#: own night.
_STEPS = """
CREATE OR REPLACE TEMP TABLE steps AS
WITH valued AS (
    SELECT per.subject, per.benefit, month, 'now' AS of, coalesce(now, 0) AS value
    FROM per JOIN looked_at USING (subject) LEFT JOIN cells USING (subject, benefit, month)
    ANTI JOIN not_known USING (subject, benefit, month)
    WHERE month >= first_new AND (NOT once_of(per.benefit) OR month = first_new)
        AND (now IS NOT NULL OR month <= strftime($day::DATE, '%Y-%m'))
    UNION ALL
    SELECT cells.subject, cells.benefit, month, 'held', held
    FROM cells JOIN per USING (subject, benefit)
    WHERE month >= first_other AND (first_moved IS NULL OR month < first_moved)
), stepped AS (
    SELECT *, value IS DISTINCT FROM lag(value) OVER (PARTITION BY subject, benefit, of
        ORDER BY month) AS is_step
    FROM valued
)
SELECT subject, benefit, of, '{' || string_agg(
    '"' || month || '":' || printf('%.2f', value), ',' ORDER BY month) || '}' AS amounts
FROM stepped WHERE is_step GROUP BY subject, benefit, of
"""
_ONCE = """
CREATE OR REPLACE TEMP MACRO once_of(name) AS
    name IN (SELECT benefit FROM benefits WHERE once)
"""
_DECISIONS = """
CREATE OR REPLACE TEMP TABLE decisions (
    kind VARCHAR, subject VARCHAR, benefit VARCHAR, period_from VARCHAR, period_until VARCHAR,
    of VARCHAR, recipient VARCHAR, why VARCHAR, owed DOUBLE, answer_by VARCHAR, previous VARCHAR
)
"""
#: The families that each decision rests on, month by month.
_RESTS_ON = """
CREATE OR REPLACE TEMP TABLE rests_on AS
SELECT kind, decisions.subject, decisions.benefit, period_from, member.month, member.family
FROM decisions LEFT JOIN benefits USING (benefit)
JOIN members AS member ON member.subject = decisions.subject AND member.month >= period_from
    AND member.role = coalesce(benefits.role, 'child')
WHERE decisions.of NOT IN ('none', 'day', 'offer')
"""
_WANTED_FACTS = """
CREATE OR REPLACE TEMP TABLE wanted_facts AS SELECT DISTINCT family, month FROM rests_on
"""
_INPUTS = """
CREATE OR REPLACE TEMP TABLE rested AS
WITH told AS (
    SELECT rests_on.*, scenario, scenario IS DISTINCT FROM lag(scenario) OVER (
        PARTITION BY kind, subject, benefit, period_from ORDER BY month) AS is_other
    FROM rests_on JOIN facts USING (family, month)
), written AS (
    SELECT kind, subject, benefit, period_from, '{' || string_agg(
        '"' || month || '":' || scenario, ',' ORDER BY month) || '}' AS facts
    FROM told WHERE is_other GROUP BY kind, subject, benefit, period_from
)
SELECT *, sha256(facts) AS digest FROM written
"""
_ENTRIES = """
CREATE OR REPLACE TEMP TABLE entries AS
WITH entered AS (
    SELECT DISTINCT member.family, source, recorded_on
    FROM touched JOIN members AS member ON member.subject = person
)
SELECT DISTINCT kind, subject, benefit, period_from, source, recorded_on
FROM rests_on JOIN entered USING (family)
UNION
SELECT DISTINCT kind, subject, benefit, period_from, source, recorded_on
FROM decisions JOIN touched ON person = subject
"""
_FACTS_WRITTEN = """
SELECT digest, facts FROM rested
UNION SELECT sha256(facts), facts FROM by_day
SEMI JOIN decisions ON decisions.of = 'day' AND decisions.subject = by_day.subject
    AND decisions.benefit = by_day.benefit
"""
_WRITTEN = """
WITH of_entries AS (
    SELECT kind, subject, benefit, period_from, list(source || ' ' || recorded_on
        ORDER BY source, recorded_on) AS entries
    FROM entries GROUP BY ALL
)
SELECT decisions.kind, decisions.subject, decisions.benefit, decisions.period_from,
    decisions.period_until,
    coalesce(steps.amounts, by_day.amounts, offer.amounts, '{}') AS amounts, decisions.recipient,
    coalesce(rested.digest, sha256(by_day.facts), offer.input_digest) AS input_digest,
    json_merge_patch('{}', json_object('why', why, 'owed', nullif(owed, 0), 'entries', entries)
        )::VARCHAR AS reasons,
    decisions.answer_by, decisions.previous
FROM decisions
LEFT JOIN by_day ON decisions.of = 'day' AND by_day.subject = decisions.subject
    AND by_day.benefit = decisions.benefit
LEFT JOIN decided AS offer ON decisions.of = 'offer' AND offer.id = decisions.previous
LEFT JOIN steps ON steps.subject = decisions.subject AND steps.benefit = decisions.benefit
    AND steps.of = decisions.of
LEFT JOIN rested ON rested.kind = decisions.kind AND rested.subject = decisions.subject
    AND rested.benefit = decisions.benefit AND rested.period_from = decisions.period_from
LEFT JOIN of_entries ON of_entries.kind = decisions.kind AND of_entries.subject = decisions.subject
    AND of_entries.benefit = decisions.benefit AND of_entries.period_from = decisions.period_from
"""


def prepare(db: duckdb.DuckDBPyConnection, decided: pa.Table) -> None:
    """Work out what the answers do to what was decided, before anything is calculated.

    Args:
        db: the connection, with the tables ``answers`` and ``entitled``.
        decided: what the ledger holds.

    """
    db.register("of_ledger", decided)
    db.execute("CREATE OR REPLACE TEMP TABLE decided AS FROM of_ledger")
    for query in (_ANSWERED, _OBJECTED, _CLAIMS, _VOIDED, _ACCEPTANCES, _ACCEPTED, _FACTS_GIVEN):
        db.execute(query)
    for query in (_LAST_PAYING, _RUNNING, _OFFERED):
        db.execute(query)


def compare(
    db: duckdb.DuckDBPyConnection,
    night: Night,
    benefits: Sequence[Benefit],
    answer_by: str,
    paid_until: str,
    unanswered: pa.Table,
    by_day: pa.Table,
) -> None:
    """Compare what is due with what was decided; the decisions are in ``decisions`` then.

    Args:
        db: the connection.
        night: the night.
        benefits: what is decided on.
        answer_by: the last day of an answer to what is notified tonight.
        paid_until: the last month that is paid already.
        unanswered: the offers that nobody answered in time.
        by_day: what is offered by its day, not month by month.

    """
    columns = ("role", "granted", "resumed", "once")
    known = {name: [getattr(each, name) for each in benefits] for name in columns}
    names = pa.table({"benefit": [each.variable for each in benefits], **known})
    db.register("known_benefits", names)
    db.execute("CREATE OR REPLACE TEMP TABLE benefits AS FROM known_benefits")
    db.register(
        "months_of_night",
        pa.table(
            {
                "month": [*night.months],
                "everyone": [month in night.everyone for month in night.months],
            }
        ),
    )
    db.execute("CREATE OR REPLACE TEMP TABLE night_months AS FROM months_of_night")
    db.register("of_unanswered", unanswered)
    db.execute("CREATE OR REPLACE TEMP TABLE unanswered AS FROM of_unanswered")
    db.register("offered_by_day", by_day)
    db.execute("CREATE OR REPLACE TEMP TABLE by_day AS FROM offered_by_day")
    given = {
        "answer_by": answer_by,
        "day": night.day,
        "since": night.since,
        "paid_until": paid_until,
        "opening": not night.since,
    }
    for query in (
        _LOOKED_AT,
        _STANDING,
        _NOT_KNOWN,
        _CELLS,
        _PER,
        _ONCE,
        _STEPS,
        _DECISIONS,
        _VOIDS,
        _CHANGES,
        _NEW,
        _OFFERED_ANEW,
        _BY_DAY,
        _QUESTIONS,
        _REFERRALS,
        _LAPSES,
    ):
        names = {name: value for name, value in given.items() if f"${name}" in query}
        db.execute(query, names)
    for query in (_RESTS_ON, _WANTED_FACTS):
        db.execute(query)


def written(db: duckdb.DuckDBPyConnection) -> tuple[pa.Table, pa.Table]:
    """Return the decisions, and the inputs they rest on, as a ledger takes them."""
    db.execute(_INPUTS)
    db.execute(_ENTRIES)
    decisions = db.sql(_WRITTEN).to_arrow_table()
    inputs = db.sql(_FACTS_WRITTEN).to_arrow_table()
    return decisions.select([*SAID]), inputs
