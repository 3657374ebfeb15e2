"""The digest of what was written: one text for one value, and fields that have no part in it wherever they stand."""

from claims.seal import canonical, is_intact, sealed


def test_a_value_has_one_text():
    assert canonical({"b": 1, "a": [True, None]}) == '{"a":[true,null],"b":1}'
    assert canonical("Schütz") == '"Schütz"'


def test_what_is_exempt_may_change_wherever_it_stands():
    content = sealed({"seconds": 1, "found": [{"seconds": 2, "value": 3}]}, "seconds")
    assert is_intact(content | {"seconds": 7, "found": [{"seconds": 8, "value": 3}]}, "seconds")
    assert not is_intact(content | {"found": [{"seconds": 2, "value": 4}]}, "seconds")
    assert not is_intact(content | {"seconds": 7})
    assert not is_intact(content | {"more": 0}, "seconds")
    assert not is_intact([content], "seconds")


def test_sealing_again_changes_nothing():
    content = sealed({"a": 1})
    assert sealed(content) == content
