"""The condition language against a second, independent reading of it."""

from typing import Any

from hypothesis import assume, example, given
from hypothesis import strategies as st

from incidentbot.domain.conditions import FIELDS, LONGEST, ConditionError, Values, evaluate, explain, parse

WORDS = ("a", "b", "ab", "", "7", "-1.5", "O'Brien", 'x"y', "back\\slash", "Ä")
SCALARS = ("service", "environment", "title", "hostname")
LISTS = ("tags", "ci_name")
RANKS = ("low", "medium", "high", "critical")
SIGNS = ("==", "!=", "<", ">", "<=", ">=")


def quoted(word: str) -> str:
    return '"' + word.replace("\\", "\\\\").replace('"', '\\"') + '"'


words = st.sampled_from(WORDS)
fields = st.fixed_dictionaries(
    {
        "severity": st.sampled_from(RANKS),
        **dict.fromkeys(SCALARS, words),
        **{name: st.lists(words, max_size=3).map(tuple) for name in LISTS},
    }
)
# Each test as (text, tree); the tree is plain tuples that only the reference below reads.
tests = st.one_of(
    st.builds(
        lambda name, sign, word: (f"{name} {sign} {quoted(word)}", ("compare", name, sign, word)),
        st.sampled_from(SCALARS + LISTS),
        st.sampled_from(SIGNS),
        words,
    ),
    st.builds(
        lambda sign, rank: (f"severity {sign} '{rank}'", ("severity", sign, rank)),
        st.sampled_from(SIGNS),
        st.sampled_from(RANKS),
    ),
    st.builds(
        lambda name, some: (f"{name} IN [{', '.join(map(quoted, some))}]", ("one_of", name, some)),
        st.sampled_from(SCALARS + LISTS),
        st.lists(words, min_size=1, max_size=3),
    ),
    st.builds(
        lambda name, word: (f"{quoted(word)} in {name}", ("holds", name, word)),
        st.sampled_from(SCALARS + LISTS),
        words,
    ),
)


def combined(inner: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(
        inner.map(lambda one: (f"NOT ({one[0]})", ("not", one[1]))),
        st.builds(lambda a, b: (f"({a[0]}) and ({b[0]})", ("and", a[1], b[1])), inner, inner),
        st.builds(lambda a, b: (f"({a[0]}) OR ({b[0]})", ("or", a[1], b[1])), inner, inner),
    )


conditions = st.recursive(tests, combined, max_leaves=6)


def compared(left: Any, sign: str, right: Any) -> bool:
    equal, less = bool(left == right), bool(left < right)
    return {"==": equal, "!=": not equal, "<": less, ">": not less and not equal, "<=": less or equal}.get(
        sign, not less
    )


def reference(tree: Any, values: dict[str, Values]) -> bool:
    kind, *rest = tree
    if kind == "not":
        return not reference(rest[0], values)
    if kind in {"and", "or"}:
        results = [reference(part, values) for part in rest]
        return all(results) if kind == "and" else any(results)
    if kind == "severity":
        sign, rank = rest
        return compared(RANKS.index(str(values["severity"])), sign, RANKS.index(rank))
    found = values[rest[0]]
    several = [found.lower()] if isinstance(found, str) else [value.lower() for value in found]
    if kind == "compare":
        return any(compared(value, rest[1], rest[2].lower()) for value in several)
    if kind == "one_of":
        return bool({word.lower() for word in rest[1]} & set(several))
    return str(rest[1]).lower() in (several[0] if isinstance(found, str) else several)


@given(conditions, fields)
def test_it_agrees_with_a_reference(condition: tuple[str, Any], values: dict[str, Values]) -> None:
    text, tree = condition
    assume(len(text) <= LONGEST)
    parsed = parse(text)
    assert evaluate(parsed, values) == reference(tree, values)
    assert explain(parsed, values).result == evaluate(parsed, values)
    assert evaluate(parse(str(parsed)), values) == evaluate(parsed, values)


PUNCTUATION = ("AND", "or", "not", "in", "(", ")", "[", "]", ",", "'a'", '"b"', "7", "-", "'")
pieces = st.sampled_from((*FIELDS, *SIGNS, *PUNCTUATION))


@given(st.one_of(st.text(max_size=1100), st.lists(pieces, max_size=200).map(" ".join)))
@example("severity == '\ud800'")
@example("title == '" + "\\" * 900)
@example("title == " + "9" * 900)
@example("\n" * 1000)
@example("title == 100000000000000000")
def test_any_text_is_a_condition_or_a_condition_error(text: str) -> None:
    try:
        parsed = parse(text)
    except ConditionError:
        return
    assert parse(str(parsed)) == parsed


@given(conditions, st.dictionaries(st.sampled_from(FIELDS), st.one_of(st.text(), st.lists(st.text()).map(tuple))))
def test_any_values_can_be_looked_at(condition: tuple[str, Any], values: dict[str, Values]) -> None:
    assume(len(condition[0]) <= LONGEST)
    parsed = parse(condition[0])
    assert evaluate(parsed, values) == explain(parsed, values).result
