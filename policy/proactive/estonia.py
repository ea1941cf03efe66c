"""Families of Estonia, put together from the registers for each month.

A child belongs, in a month, to the family of those who raise it on the first day of the month (or
on the first day on which somebody does): of the parent who draws its allowance, else of the mother,
father, adopter or guardian, with that person's spouse, or the other parent of the youngest child
they raise together. So a child counts in one family in a month (§ 26), and one that moves is paid
for in its old family to the end of the month (§ 31).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
from pyarrow import compute as pc

from policy.graph.engine import NUMPY, engine_of
from policy.legislation.times import slots_asked
from policy.proactive import estonian_mothers
from policy.proactive.benefits import Benefit
from policy.registers.plan import plan
from policy.scenario.calculation import asked_period

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import duckdb

    from policy.book import StatuteBook
    from policy.proactive.benefits import Night
    from policy.registers.reading import Registers

CHILD_ALLOWANCE = "child_allowance_of_child"
#: What is decided for a child, in the order told.
OF_CHILD = (
    Benefit(CHILD_ALLOWANCE, granted=True),
    Benefit("single_parent_allowance_of_child"),
    Benefit("survivors_allowance_of_child"),
    Benefit("guardianship_allowance_of_child"),
    Benefit("conscripts_child_allowance_of_child"),
    Benefit("birth_allowance_of_child", resumed=False, once=True),
)
#: What is decided for a family, and paid to one of its parents.
OF_FAMILY = (
    Benefit("large_family_allowance", "parent", granted=True, resumed=False),
    Benefit("triplets_allowance", "parent", granted=True, resumed=False),
)
UNASKED = "granted_without_claim"
#: The fact that tells when each benefit of a child was claimed; the others are asked for only where
#: a child has what they need, and are given where they differ from that of child allowance.
CLAIMS = {
    "claim_date": (CHILD_ALLOWANCE, "true"),
    "birth_allowance_claim_date": (
        "birth_allowance_of_child",
        "greatest(home.begins, home.born) >= $earliest::DATE",
    ),
    "single_parent_claim_date": (
        "single_parent_allowance_of_child",
        "kin.sole_from IS NOT NULL",
    ),
    "survivors_claim_date": ("survivors_allowance_of_child", "kin.first_lost IS NOT NULL"),
    "guardianship_claim_date": (
        "guardianship_allowance_of_child",
        "guardian.notified_on IS NOT NULL",
    ),
}
#: Facts of a child, true or false, that no register holds: asked where they change what is due.
QUESTIONS = ("birth_allowance_paid_before",)

#: Tables read, under the names they have here.
TABLES = {
    "persons": "population/persons",
    "parents": "population/parents",
    "marriages": "population/marriages",
    "guardianship": "court/guardianship",
    "studies": "education/studies",
    "service": "defence/service",
    "board": "board/answers",
}
#: Those that say who belongs together.
_KINSHIP = ("population/parents", "population/marriages", "court/guardianship")
#: Whose families are touched with a person: an adult's children, and a spouse's.
_WITH_THEM = (
    ("parent_code", "child_code", "population/parents"),
    ("guardian_code", "child_code", "court/guardianship"),
    ("person_code", "spouse_code", "population/marriages"),
    ("spouse_code", "person_code", "population/marriages"),
)
#: How far relatives are followed: to those who raise somebody's children, and the children of
#: these, and those of their other parents.
_STEPS = 4
#: Of each table: whose a row is, from when to when it changes what is due, and what else does.
_SPELLS = {
    "persons": (
        ("person_code",),
        "greatest(birth_date, coalesce(residence_from, birth_date))",
        "least(death_date, residence_until)",
        "birth_date",
    ),
    "parents": (
        ("child_code", "parent_code"),
        "CASE WHEN raises OR until IS NOT NULL THEN since END",
        "until",
        "relation",
    ),
    "marriages": (("person_code", "spouse_code"), "since", "until", "NULL"),
    "guardianship": (("child_code", "guardian_code"), "notified_on", "until", "NULL"),
    "studies": (
        ("person_code",),
        "studies_from",
        "coalesce(studies_until, CASE WHEN final_class THEN DATE '9999-12-30' END)",
        "level",
    ),
    "service": (("person_code",), "service_from", "service_until", "NULL"),
}
#: Nobody older than this many years is a child of the Act.
_GROWN = 25
#: Studies of younger children make no difference.
_SCHOOL_LEAVER = 15

#: Who raises whom in a month.
_RAISED = f"""
CREATE OR REPLACE TEMP TABLE raised AS
WITH raiser AS (
    SELECT child_code AS child, parent_code AS adult, relation, since, until
    FROM parents WHERE raises OR until IS NOT NULL
    UNION ALL
    SELECT child_code, guardian_code, 'guardian', notified_on, until FROM guardianship
), living AS (
    SELECT raiser.child, adult, relation, child.birth_date,
        greatest(since, child.birth_date) AS begins,
        least(until, adult.death_date, DATE '9999-12-31') AS ends
    FROM raiser
    JOIN persons AS child ON child.person_code = raiser.child
    JOIN persons AS adult ON adult.person_code = raiser.adult
    WHERE child.birth_date > $first::DATE - INTERVAL {_GROWN} YEAR
        AND (child.death_date IS NULL OR child.death_date >= $first::DATE)
), within AS (
    SELECT *, greatest($first::DATE, min(begins) OVER (PARTITION BY child)) AS day
    FROM living WHERE begins <= $last::DATE AND ends >= $first::DATE AND begins <= ends
)
SELECT child, adult, min(relation) AS relation, min(begins) AS begins,
    any_value(birth_date) AS born,
    min(CASE relation WHEN 'mother' THEN 1 WHEN 'father' THEN 2 WHEN 'adopter' THEN 3 ELSE 4 END)
        AS closeness
FROM within WHERE begins <= day AND ends >= day
GROUP BY child, adult
"""
#: Two adults who raise children together: spouses, else the parents of their youngest child. Of two
#: marriages that begin on one day, the same counts in every run.
_COUPLES = """
CREATE OR REPLACE TEMP TABLE couples AS
WITH spouse AS (
    SELECT person_code AS adult, spouse_code AS other, since, until FROM marriages
    UNION ALL
    SELECT spouse_code, person_code, since, until FROM marriages
), one_sided AS (
    SELECT DISTINCT raised.adult, parent_code AS other
    FROM raised JOIN parents ON child_code = child AND parent_code <> adult
    ANTI JOIN raised AS too ON too.child = raised.child AND too.adult = parent_code
), apart AS (
    FROM one_sided UNION SELECT other, adult FROM one_sided
), married AS (
    SELECT adult, arg_max(other, (since, other)) AS other
    FROM spouse JOIN persons ON person_code = other
    ANTI JOIN apart ON apart.adult = spouse.adult AND apart.other = spouse.other
    WHERE since <= $first::DATE AND (until IS NULL OR until >= $first::DATE)
        AND (death_date IS NULL OR death_date >= $first::DATE)
    GROUP BY adult
), parents_of_youngest AS (
    SELECT one.adult, arg_max(two.adult, (one.born, one.child, two.adult)) AS other
    FROM raised AS one JOIN raised AS two ON one.child = two.child AND one.adult <> two.adult
    GROUP BY one.adult
), chosen AS (
    SELECT coalesce(married.adult, raising.adult) AS adult,
        coalesce(married.other, raising.other) AS other
    FROM parents_of_youngest AS raising FULL JOIN married ON married.adult = raising.adult
)
SELECT one.adult, one.other
FROM chosen AS one JOIN chosen AS two ON one.other = two.adult AND two.other = one.adult
"""
#: The family of each child: named by the lower code of its adults.
_HOMES = f"""
CREATE OR REPLACE TEMP TABLE homes AS
WITH home AS (
    SELECT child, any_value(born) AS born, min(begins) AS begins,
        arg_min(raised.adult, (raised.adult IS DISTINCT FROM recipient, closeness, raised.adult))
            AS adult,
        arg_min(relation, (raised.adult IS DISTINCT FROM recipient, closeness, raised.adult))
            AS relation,
        bool_or(closeness <= 2) AS by_parent
    FROM raised
    LEFT JOIN running ON running.subject = child AND running.benefit = '{CHILD_ALLOWANCE}'
    GROUP BY child
)
SELECT child, born, begins, relation, by_parent, home.adult,
    least(home.adult, other) AS family, least(home.adult, other) AS first,
    CASE WHEN other IS NOT NULL THEN greatest(home.adult, other) END AS second
FROM home LEFT JOIN couples ON couples.adult = home.adult
"""
#: What is known of a child, whatever the month.
_KIN = """
CREATE OR REPLACE TEMP TABLE kin AS
WITH entered AS (
    SELECT child_code AS child, parent_code AS adult, since, relation,
        child.birth_date AS born, adult.death_date AS died,
        adult.residence_from AS came, adult.residence_until AS left_on
    FROM parents
    JOIN persons AS child ON child.person_code = child_code
    LEFT JOIN persons AS adult ON adult.person_code = parent_code
    WHERE relation IN ('mother', 'father', 'adopter')
), births AS (
    SELECT child, count(*) OVER (
        PARTITION BY adult ORDER BY born
        RANGE BETWEEN INTERVAL 1 DAY PRECEDING AND INTERVAL 1 DAY FOLLOWING
    ) AS children FROM entered WHERE relation = 'mother'
), known AS (
    SELECT child, any_value(born) AS born,
        array_to_string(list_sort(list(adult)), ' ') AS parents,
        count(*) AS parents_entered,
        (list_sort(list(since)))[2] AS second_since,
        (list_sort(list(died) FILTER (died IS NOT NULL)))[1] AS first_lost,
        (list_sort(list(died) FILTER (died IS NOT NULL)))[2] AS second_lost,
        bool_or((came IS NULL OR came <= died - INTERVAL 36 MONTH)
            AND (left_on IS NULL OR left_on >= died)) FILTER (died IS NOT NULL) AS lived_here
    FROM entered GROUP BY child
)
SELECT known.*, children,
    CASE WHEN parents_entered = 1 OR second_since > born THEN born END AS sole_from,
    CASE WHEN parents_entered > 1 AND second_since > born THEN second_since - 1 END AS sole_until
FROM known
LEFT JOIN (SELECT child, max(children) AS children FROM births GROUP BY child) USING (child)
"""
#: The parents for whose child an allowance is paid.
_SIBLINGS = f"""
CREATE OR REPLACE TEMP TABLE paid_for AS
SELECT parents, list(child) AS children, mode(recipient ORDER BY recipient) AS recipient FROM kin
JOIN running ON running.subject = child AND running.benefit = '{CHILD_ALLOWANCE}'
WHERE running.goes_on
GROUP BY parents
"""
_STUDIES = f"""
CREATE OR REPLACE TEMP TABLE study_months AS
SELECT person_code, strftime(month, '%Y-%m') AS month,
    bool_or(level IN ('basic', 'upper_secondary', 'vocational') AND ends >= month) AS is_student,
    bool_or(level = 'course' AND ends >= month) AS is_on_course,
    bool_or(level = 'higher' AND ends >= month) AS is_in_higher_education,
    bool_or(level = 'upper_secondary' AND final_class) AS in_final_upper_secondary_class,
    bool_or((level = 'upper_secondary' AND final_class AND ends < month) OR level = 'higher')
        AS has_secondary_education
FROM (SELECT *, coalesce(studies_until, DATE '9999-12-31') AS ends FROM studies)
JOIN persons USING (person_code)
JOIN months ON studies_from <= last_day(month)
WHERE birth_date <= month - INTERVAL {_SCHOOL_LEAVER} YEAR
GROUP BY ALL
"""
#: Who draws a child's allowance: as it is, else as for its siblings, else who raises it.
_RECIPIENT = (
    "CASE WHEN draws.recipient IN (home.first, home.second) THEN draws.recipient"
    " WHEN sibling.recipient IN (home.first, home.second) THEN sibling.recipient"
    " ELSE home.adult END"
)
#: Facts that hold for good, by the variable's name and how they are found; of those not listed in
#: a row nothing is given.
_FACTS = {
    "birth_date": "person.birth_date",
    "death_date": "person.death_date",
    "residence_from": "person.residence_from",
    "residence_until": "person.residence_until",
    "in_family_since": "CASE WHEN home.begins > home.born THEN home.begins END",
    "joined_family_by": (
        "CASE WHEN home.relation = 'guardian' THEN 'guardianship'"
        " WHEN home.relation = 'adopter' AND home.by_parent THEN 'adoption_by_relative_or_spouse'"
        " WHEN home.relation = 'adopter' THEN 'adoption'"
        " WHEN home.begins > home.born THEN 'move' END"
    ),
    "children_of_the_birth": "nullif(kin.children, 1)",
    "sole_parent_from": "kin.sole_from",
    "sole_parent_until": "kin.sole_until",
    "first_parent_lost_on": "kin.first_lost",
    "second_parent_lost_on": "kin.second_lost",
    "residence_test_for_survivors": "CASE WHEN NOT kin.lived_here THEN false END",
    "guardianship_notified": "guardian.notified_on",
    "guardianship_until": "guardian.until",
    "conscription_from": "service.service_from",
    "conscription_until": "service.service_until",
    "claim_date": "claim.claim_date",
    **{
        name: f"CASE WHEN {may_be} AND claim.{name} IS DISTINCT FROM claim.claim_date"
        f" THEN coalesce(claim.{name}, home.born) END"
        for name, (_, may_be) in CLAIMS.items()
        if name != "claim_date"
    },
    "allowance_paid_for_sibling": "CASE WHEN sibling.children IS NOT NULL THEN true END",
    "child_allowance_recipient": f"CASE WHEN {_RECIPIENT} = home.second THEN 'second_parent' END",
    "birth_allowance_paid_before": "CASE WHEN said.value = 'false' THEN false END",
}
#: Those that JSON has no quotation marks for.
_PLAIN = {
    "children_of_the_birth",
    "allowance_paid_for_sibling",
    "birth_allowance_paid_before",
    "residence_test_for_survivors",
}
_MONTHLY = (
    "is_student",
    "is_on_course",
    "is_in_higher_education",
    "in_final_upper_secondary_class",
    "has_secondary_education",
)
#: The rows of persons that are calculated, family by family, and as JSON.
_ROWS = f"""
CREATE OR REPLACE TEMP TABLE rows AS
WITH member AS (
    SELECT DISTINCT family, 'parent' AS role, unnest([first, second]) AS person, NULL AS child
    FROM homes
    UNION ALL SELECT family, 'child', child, child FROM homes
), wanted AS (
    SELECT DISTINCT family FROM member
    WHERE $everyone OR person IN (SELECT person FROM touched WHERE month <= $month)
), spell AS (
    SELECT DISTINCT ON (person_code) * FROM service
    WHERE service_from <= $last::DATE ORDER BY person_code, service_from DESC
), warden AS (
    SELECT child_code, min(notified_on) AS notified_on,
        nullif(max(coalesce(until, DATE '9999-12-31')), DATE '9999-12-31') AS until
    FROM guardianship GROUP BY child_code
), fact AS (
    SELECT member.family, member.role, member.person, home.born, home.first, home.second,
        {_RECIPIENT} AS recipient,
        draws.subject IS NULL AS is_new,
        {", ".join(f"{found} AS {name}" for name, found in _FACTS.items())}
    FROM member SEMI JOIN wanted ON wanted.family = member.family
    JOIN persons AS person ON person.person_code = member.person
    LEFT JOIN homes AS home ON home.child = member.child
    LEFT JOIN kin ON kin.child = member.child
    LEFT JOIN warden AS guardian ON guardian.child_code = member.child
    LEFT JOIN spell AS service ON service.person_code = member.person AND role = 'parent'
    LEFT JOIN running AS draws
        ON draws.subject = member.child AND draws.benefit = '{CHILD_ALLOWANCE}'
    LEFT JOIN paid_for AS sibling ON sibling.parents = kin.parents
        AND NOT (len(sibling.children) = 1 AND sibling.children[1] = kin.child)
    LEFT JOIN claimed AS claim ON claim.subject = member.child
    LEFT JOIN said ON said.subject = member.child AND said.fact = 'birth_allowance_paid_before'
    WHERE member.person IS NOT NULL
)
SELECT (dense_rank() OVER (ORDER BY family)) - 1 AS number, *
FROM fact ORDER BY family, role DESC, born, person
"""
#: When a child's allowances of a month were claimed: on the day the offer was accepted, of months
#: that it was for (where several did, by who raises the child); tonight, where an offer is to be
#: made; and never, where they are paid already or granted unasked.
_CLAIMED = f"""
CREATE OR REPLACE TEMP TABLE claimed AS
WITH acceptance AS (
    SELECT DISTINCT ON (subject, benefit) subject, benefit, answered_on
    FROM acceptances LEFT JOIN homes ON child = subject
    WHERE offered_from <= $month
    ORDER BY subject, benefit, coalesce(recipient IN (first, second), false) DESC, number DESC,
        answered_on DESC, answer_id DESC
), given AS (
    SELECT subject, {
    ", ".join(
        f"min(answered_on) FILTER (benefit = '{of}') AS {name}" for name, (of, _) in CLAIMS.items()
    )
}
    FROM acceptance GROUP BY subject
), paid AS (
    SELECT subject, {
    ", ".join(f"bool_or(benefit = '{of}') AS {name}" for name, (of, _) in CLAIMS.items())
}
    FROM running GROUP BY subject
)
SELECT child AS subject, {
    ", ".join(
        f"coalesce(given.{name}, CASE WHEN NOT coalesce(paid.{name}, false)"
        f"{' AND paid_for.parents IS NULL' if of == CHILD_ALLOWANCE else ''}"
        f" THEN $day::DATE END) AS {name}"
        for name, (of, _) in CLAIMS.items()
    )
}
FROM kin
LEFT JOIN given ON given.subject = child
LEFT JOIN paid ON paid.subject = child
LEFT JOIN paid_for ON paid_for.parents = kin.parents
"""

_TYPES = {"text": "VARCHAR", "date": "DATE", "bool": "BOOLEAN", "number": "DOUBLE"}
#: What a month's calculation leaves: empty at first.
_EMPTY = """
CREATE OR REPLACE TEMP TABLE computed (
    subject VARCHAR, benefit VARCHAR, month VARCHAR, amount DOUBLE, recipient VARCHAR,
    unasked BOOLEAN
);
CREATE OR REPLACE TEMP TABLE members (
    subject VARCHAR, role VARCHAR, month VARCHAR, family VARCHAR, first VARCHAR, second VARCHAR
);
CREATE OR REPLACE TEMP TABLE asked (subject VARCHAR, fact VARCHAR, month VARCHAR);
CREATE OR REPLACE TEMP TABLE kept AS SELECT NULL::VARCHAR AS month, * FROM rows LIMIT 0;
"""
_OF_CHILD = f"""
INSERT INTO computed
SELECT person, benefit, $month, amount, recipient, {UNASKED} AND is_new
FROM (
    UNPIVOT (SELECT * FROM due_of_child JOIN rows_in_order USING (place) WHERE role = 'child')
    ON {", ".join(each.variable for each in OF_CHILD)} INTO NAME benefit VALUE amount
)
WHERE amount <> 0
"""
#: A family's allowance goes to the parent who draws it, else to whom most children's are paid.
_OF_FAMILY = f"""
INSERT INTO computed
WITH amounts AS (
    UNPIVOT due_of_family ON {", ".join(each.variable for each in OF_FAMILY)}
    INTO NAME benefit VALUE amount
), family AS (
    SELECT number, any_value(first) AS first, any_value(second) AS second,
        mode(recipient ORDER BY recipient) AS recipient, bool_or({UNASKED} AND is_new) AS unasked
    FROM rows_in_order JOIN due_of_child USING (place) WHERE role = 'child' GROUP BY number
), draws AS (
    SELECT number, benefit, min(adult) AS recipient
    FROM (SELECT number, unnest([first, second]) AS adult FROM family) AS adults
    JOIN (
        SELECT benefit, recipient FROM running UNION SELECT benefit, recipient FROM accepted
        UNION SELECT benefit, recipient FROM claims
    ) AS drawn ON drawn.recipient = adult
    GROUP BY number, benefit
), chosen AS (
    SELECT number, amounts.benefit, amount,
        coalesce(draws.recipient, CASE WHEN voided.subject IS NULL OR second IS NULL
            THEN family.recipient WHEN family.recipient = first THEN second ELSE first END
        ) AS recipient,
        unasked AND voided.subject IS NULL AS unasked
    FROM amounts JOIN family USING (number)
    LEFT JOIN draws USING (number, benefit)
    LEFT JOIN voided ON voided.subject = family.recipient AND voided.benefit = amounts.benefit
    WHERE amount <> 0
)
SELECT recipient, benefit, $month, amount, recipient, unasked FROM chosen
"""
_MEMBERS = """
INSERT INTO members
SELECT person, role, $month, family, any_value(first) OVER (PARTITION BY number),
    any_value(second) OVER (PARTITION BY number) FROM rows_in_order
"""
#: Who may answer for a child: those entered as its parents, and its guardians.
_ENTITLED = """
CREATE OR REPLACE TEMP TABLE entitled AS
SELECT child_code AS subject, parent_code AS person FROM parents
UNION SELECT child_code, guardian_code FROM guardianship
"""
_KEEP = "INSERT INTO kept SELECT $month, * FROM rows"
_STUDY_TEXT = ", ".join(
    f"""'"{name}":{{' || string_agg('"' || month || '":true', ',' ORDER BY month)"""
    f""" FILTER ({name}) || '}}'"""
    for name in _MONTHLY
)
_STUDY_TEXTS = f"""
CREATE OR REPLACE TEMP TABLE study_texts AS
SELECT person_code, concat_ws(',', {_STUDY_TEXT}) AS text FROM study_months GROUP BY person_code
"""


class Estonia:
    """The family benefits whose facts the registers of Estonia hold."""

    benefits = (*OF_CHILD, *OF_FAMILY)
    outputs = (*(each.variable for each in benefits), UNASKED)

    def fields(self, book: StatuteBook, day: str) -> dict[str, tuple[str, ...]]:
        """Return the columns that may and have to be read, by table."""
        return plan(
            book, [*self.outputs, "grant_is_void", estonian_mothers.BENEFIT], day[:7]
        ).fields

    def touch(
        self,
        registers: Registers,
        night: Night,
        fields: Mapping[str, Sequence[str]],
        asking: pa.Table,
    ) -> None:
        """Find who is touched by what is new, or asks, and who has to be known with them."""
        db = registers.connection
        spells = {name: TABLES[name] for name in _SPELLS if TABLES[name] in fields}
        changed = registers.changed(night.since, night.day, spells.values())
        codes = [row[0] for row in changed.select("person_code").distinct().fetchall()]
        own = {path: fields[path] for path in spells.values()}
        db.execute(
            "CREATE OR REPLACE TEMP TABLE touched"
            " (person VARCHAR, month DATE, source VARCHAR, recorded_on DATE)"
        )
        for day, prefix in ((night.since, "old"), (night.day, "new")):
            registers.as_known_on(day, own, codes)
            for name, path in spells.items():
                db.execute(f'CREATE OR REPLACE TEMP TABLE {prefix}_{name} AS FROM "{path}"')
        for name, path in spells.items():
            key = registers.sources.table(path).key
            db.execute(_affected(name, key), {"day": night.day, "source": path})
        db.execute(_SINCE_KNOWN, {"opened": f"{night.opened or night.day[:7]}-01"})
        db.register("asking", asking)
        db.execute(
            "INSERT INTO touched SELECT person, month::DATE, $source, $day::DATE FROM asking",
            {"source": TABLES["board"], "day": night.day},
        )
        kinship = {path: fields[path] for path in _KINSHIP if path in fields}
        registers.as_known_on(night.day, kinship)
        for path in kinship:
            db.execute(f'CREATE OR REPLACE TEMP TABLE "kin of {path}" AS FROM "{path}"')
        db.execute("CREATE OR REPLACE TEMP TABLE scope AS SELECT DISTINCT person FROM touched")
        relatives = " UNION ".join(
            f'SELECT unnest([{", ".join(names)}]) FROM "kin of {path}"'
            f" WHERE {' OR '.join(f'{name} IN (FROM scope)' for name in names)}"
            for path in kinship
            for names in [registers.sources.table(path).persons]
        )
        for _ in range(_STEPS):
            db.execute(f"INSERT INTO scope ({relatives}) EXCEPT FROM scope")
        for adult, other, path in _WITH_THEM:
            if path in kinship:
                db.execute(
                    f"INSERT INTO touched SELECT {other}, touched.month, source,"
                    f' touched.recorded_on FROM touched JOIN "kin of {path}" ON {adult} = person'
                )

    def read(self, registers: Registers, night: Night, fields: Mapping[str, Sequence[str]]) -> None:
        """Read what is known on the day: of those in scope, or of everybody."""
        db = registers.connection
        scope = None
        if not night.everyone:
            scope = [row[0] for row in db.execute("SELECT person FROM scope").fetchall()]
        tables = {name: path for name, path in TABLES.items() if name != "board"}
        known = {path: fields[path] for path in tables.values() if path in fields}
        registers.as_known_on(night.day, known, scope)
        for name, path in tables.items():
            source = f'"{path}"' if path in fields else None
            columns = ", ".join(
                f"{column} AS {column}"
                if column in fields.get(path, ())
                else f"NULL::{_TYPES[kind.type]} AS {column}"
                for column, kind in registers.sources.table(path).columns.items()
            )
            where = f"FROM {source}" if source else "WHERE false"
            db.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT {columns} {where}")
        db.execute(_ENTITLED)

    def compute(self, book: StatuteBook, registers: Registers, night: Night) -> None:
        """Calculate what is due in the months of the night."""
        db = registers.connection
        asked = {month: self._asked_of_months(book, month) for month in night.months}
        months = sorted({when for slots in asked.values() for _, when in slots})
        db.register("these", pa.table({"month": [f"{month}-01" for month in months]}))
        db.execute("CREATE OR REPLACE TEMP TABLE months AS SELECT month::DATE AS month FROM these")
        for query in (_KIN, _SIBLINGS, _STUDIES, _STUDY_TEXTS):
            db.execute(query)
        for month in night.months:
            self._assemble(db, month, night)
            if month == night.months[0]:
                db.execute(_EMPTY)
            self._compute(book, db, month, asked[month])

    def _assemble(self, db: duckdb.DuckDBPyConnection, month: str, night: Night) -> None:
        """Put the families of a month together, into the table ``rows``."""
        first = np.datetime64(month, "M")
        days = {"first": f"{month}-01", "last": str((first + 1).astype("M8[D]") - 1)}
        db.execute(_RAISED, days)
        db.execute(_COUPLES, {"first": days["first"]})
        db.execute(_HOMES)
        db.execute(_CLAIMED, {"day": night.day, "month": month})
        given = {"everyone": month in night.everyone, "month": days["first"], "last": days["last"]}
        db.execute(_ROWS, {**given, "earliest": f"{night.months[0]}-01"})

    def _ask(
        self,
        book: StatuteBook,
        db: duckdb.DuckDBPyConnection,
        month: str,
        rows: pa.Table,
        given: tuple[dict[str, Any], dict[str, Any], dict[str, Any]],
    ) -> None:
        """Find the facts that nobody gave, and with which something else would be due."""
        columns, people, due = given
        for name in QUESTIONS:
            open_ = rows.column(name).is_null().to_numpy() & (people["family"][1] == "child")
            open_ &= rows.column("joined_family_by").is_valid().to_numpy()
            if not open_.any():
                continue
            values = columns[name].to_numpy(zero_copy_only=False)
            other = {**columns, name: np.where(open_, ~values, values)}
            names = [each.variable for each in OF_CHILD]
            others = book.calculate_arrays(
                other, people, names, month, backend=NUMPY, with_unknown=True
            )
            differs = [np.nan_to_num(others[each]) != np.nan_to_num(due[each]) for each in names]
            changed = open_ & np.any(differs, axis=0)
            db.register("asked_now", pa.table({"person": rows.column("person").filter(changed)}))
            db.execute(
                "INSERT INTO asked SELECT person, $fact, $month FROM asked_now",
                {"fact": name, "month": month},
            )

    def _asked_of_months(self, book: StatuteBook, month: str) -> list[tuple[str, str]]:
        """Return the facts of months that a month's calculation reads, each with its month."""
        when = asked_period(month)
        slots = [slot for name in self.outputs for slot in slots_asked(book.variable(name), when)]
        read = engine_of(book).read_by(slots, {}) or []
        return sorted((name, str(period)) for name, period in read if name in _MONTHLY)

    def _compute(
        self,
        book: StatuteBook,
        db: duckdb.DuckDBPyConnection,
        month: str,
        asked: Sequence[tuple[str, str]],
    ) -> None:
        rows = db.sql("FROM rows ORDER BY number, role DESC, born, person").to_arrow_table()
        if not len(rows):
            return
        claimed = rows.column("claim_date")
        columns = {
            name: _filled(
                book,
                name,
                pc.coalesce(rows.column(name), claimed) if name in CLAIMS else rows[name],
            )
            for name in _FACTS
        }
        db.register("rows_in_order", rows.append_column("place", pa.array(np.arange(len(rows)))))
        columns |= self._studies(db, len(rows), asked)
        number = rows.column("number").to_numpy()
        people = {"family": (number, rows.column("role").to_numpy())}
        due = book.calculate_arrays(
            columns, people, self.outputs, month, backend=NUMPY, with_unknown=True
        )
        of_child = pa.table(
            {each.variable: due[each.variable] for each in OF_CHILD}
            | {UNASKED: due[UNASKED], "place": np.arange(len(number))}
        )
        of_family = pa.table(
            {each.variable: due[each.variable] for each in OF_FAMILY}
            | {"number": np.arange(len(due[OF_FAMILY[0].variable]))}
        )
        db.register("due_of_child", of_child)
        db.register("due_of_family", of_family)
        for query in (_OF_CHILD, _OF_FAMILY, _MEMBERS, _KEEP):
            db.execute(query, {"month": month})
        self._ask(book, db, month, rows, (columns, people, due))

    def _studies(
        self, db: duckdb.DuckDBPyConnection, count: int, asked: Sequence[tuple[str, str]]
    ) -> dict[str, dict[str, Any]]:
        """Return facts of months: an array for each month that is read."""
        found: dict[str, dict[str, Any]] = {}
        for name, month in asked:
            holds = db.sql(
                f"SELECT place FROM study_months JOIN rows_in_order ON person = person_code"
                f" WHERE month = ? AND {name}",
                params=(month,),
            ).fetchnumpy()
            array = np.zeros(count, dtype=bool)
            array[holds["place"]] = True
            found.setdefault(name, {})[month] = array
        return found

    def answer_by(self, book: StatuteBook, day: str) -> str:
        """Return the last day of an answer to what is notified on a day."""
        return _asked(book, "grant_objection_until", day, {"grant_notified_on": day})

    def paid_until(self, book: StatuteBook, day: str) -> str:
        """Return the last month whose allowances are paid on a day."""
        paid = _asked(book, "payment_date", day, {})
        month = np.datetime64(day[:7], "M")
        return str(month if paid <= day else month - 1)

    def offers(
        self,
        book: StatuteBook,
        registers: Registers,
        night: Night,
        fields: Mapping[str, Sequence[str]],
    ) -> pa.Table:
        """Return what working mothers are offered before the birth."""
        return estonian_mothers.offers(book, registers, night, fields)

    def scenarios(self, registers: Registers) -> None:
        """Write the scenarios of ``wanted_facts (family, month)`` into ``facts``."""
        registers.connection.execute(_SCENARIOS)


#: Nothing changes for a person before it was here; nor, for one who was known, before the ledger.
_SINCE_KNOWN = """
UPDATE touched SET month = greatest(touched.month, bound.month)
FROM (
    SELECT coalesce(new.person_code, old.person_code) AS person, date_trunc('month', greatest(
        least(greatest(new.birth_date, new.residence_from),
            greatest(old.birth_date, old.residence_from)),
        CASE WHEN old.person_code IS NOT NULL THEN $opened::DATE END)) AS month
    FROM new_persons AS new FULL JOIN old_persons AS old ON new.person_code = old.person_code
) AS bound
WHERE bound.person = touched.person
"""


def _affected(name: str, key: Sequence[str]) -> str:
    """Return SQL that adds whom entries of a table touch, and the first month that they change."""
    codes, begins, ends, rest = _SPELLS[name]
    rows = "SELECT *, {begins} AS begins, {ends} AS ends, {rest} AS rest FROM {prefix}_{name}"
    old, new = (
        rows.format(begins=begins, ends=ends, rest=rest, prefix=prefix, name=name)
        for prefix in ("old", "new")
    )
    same = " AND ".join(f'old."{column}" = new."{column}"' for column in key)
    persons = ", ".join(f'coalesce(new."{column}", old."{column}")' for column in codes)
    return f"""
    INSERT INTO touched
    SELECT unnest([{persons}]),
        date_trunc('month', least($day::DATE, CASE
            WHEN new.begins IS DISTINCT FROM old.begins OR new.rest IS DISTINCT FROM old.rest
            THEN least(new.begins, old.begins) ELSE least(new.ends, old.ends) END)),
        $source, coalesce(new.recorded_on, $day::DATE)
    FROM ({new}) AS new FULL JOIN ({old}) AS old ON {same}
    WHERE (new.begins, new.ends, new.rest) IS DISTINCT FROM (old.begins, old.ends, old.rest)
    """


def _filled(book: StatuteBook, name: str, column: Any) -> Any:
    """Return a column with the variable's own value where nothing is known."""
    variable = book.variable(name)
    default = variable.default_value
    return column.combine_chunks().fill_null(getattr(default, "name", default))


#: A person's facts as the fields of a JSON object.
_TEXTS = ", ".join(
    f"""'"{name}":' || {name}""" if name in _PLAIN else f"""'"{name}":"' || {name} || '"'"""
    for name in _FACTS
)
_SCENARIOS = f"""
CREATE OR REPLACE TEMP TABLE facts AS
WITH told AS (
    SELECT kept.month, kept.family, role, born, person, to_json(person)::VARCHAR AS code,
        '{{' || concat_ws(',', {_TEXTS}, nullif(text, '')) || '}}' AS said
    FROM kept SEMI JOIN wanted_facts USING (family, month)
    LEFT JOIN study_texts ON person_code = person
)
SELECT month, family,
    '{{"families":{{"family":{{"children":['
    || string_agg(code, ',' ORDER BY born, person) FILTER (role = 'child') || '],"parents":['
    || string_agg(code, ',' ORDER BY person) FILTER (role = 'parent')
    || ']}}}},"persons":{{'
    || string_agg(code || ':' || said, ',' ORDER BY role DESC, born, person) || '}}}}' AS scenario
FROM told GROUP BY month, family
"""


def _asked(book: StatuteBook, name: str, day: str, facts: dict[str, str]) -> str:
    family = {"family": {"children": ["child"]}}
    result = book.calculate({"persons": {"child": facts}, "families": family}, [name], day[:7])
    return str(result.value(name))
