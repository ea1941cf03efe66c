"""What becomes of pairs, without registers."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from policy.registers.linking.deciding import Facts, Pair, decide
from policy.registers.linking.rules import rules_of

RULES = rules_of("north_lanarkshire")
CHILDREN, PAY = RULES.kinds[1], RULES.purpose("pay")
ALIKE = dict.fromkeys(CHILDREN.comparisons, "same")
BORN = [None, date(2014, 5, 9), date(2014, 9, 5), date(2011, 1, 30)]
entries = st.dictionaries(
    st.sampled_from("abcdefgh"),
    st.builds(Facts, st.sampled_from(BORN), st.sampled_from([None, "pupils", "claim 1"])),
    min_size=2,
)


@st.composite
def cases(draw):
    facts = draw(entries)
    names = sorted(facts)
    ends = [(a, b) for n, a in enumerate(names) for b in names[n + 1 :]]
    chosen = draw(st.lists(st.sampled_from(ends), unique=True))
    pairs = [Pair(*each, draw(st.floats(2, 30)), ALIKE) for each in chosen]
    answers = draw(st.dictionaries(st.sampled_from(ends), st.sampled_from(["different", "unsure"])))
    return pairs, facts, answers


def together(decided):
    members = {}
    for entry, person in decided.person.items():
        members.setdefault(person, []).append(entry)
    return members.values()


@given(cases())
def test_nothing_that_is_linked_contradicts_itself(case):
    pairs, facts, answers = case
    decided = decide(pairs, facts, CHILDREN, PAY, answers)
    assert set(decided.person) == set(facts)
    assert len(decided.outcomes) == len(pairs)
    for members in together(decided):
        scopes = [facts[each].within for each in members if facts[each].within]
        assert len(scopes) == len(set(scopes))
        born = {facts[each].born for each in members} - {None}
        assert born <= {BORN[1], BORN[2]} or len(born) < 2
        assert not [
            pair
            for pair, answer in answers.items()
            if answer == "different" and set(pair) <= set(members)
        ]


@given(cases(), st.randoms())
def test_the_order_of_pairs_and_entries_does_not_matter(case, random):
    pairs, facts, answers = case
    one = decide(pairs, facts, CHILDREN, PAY, answers)
    mixed = random.sample(pairs, len(pairs))
    other = decide(mixed, dict(sorted(facts.items())[::-1]), CHILDREN, PAY, answers)
    assert one.person == other.person
    assert dict(zip([p.ends for p in pairs], one.outcomes, strict=True)) == dict(
        zip([p.ends for p in mixed], other.outcomes, strict=True)
    )


@given(cases())
def test_what_is_linked_is_sure_or_said_by_a_person(case):
    pairs, facts, answers = case
    decided = decide(pairs, facts, CHILDREN, PAY, answers)
    for pair, (outcome, why) in zip(pairs, decided.outcomes, strict=True):
        if outcome == "linked" and why == "weight":
            assert pair.weight >= PAY.automatic
        one = decided.person[pair.left] == decided.person[pair.right]
        assert one or outcome != "linked"
        assert not one or outcome == "linked" or why == "a person was unsure"
