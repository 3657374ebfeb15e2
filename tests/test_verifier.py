"""Producer and verifier share nothing but the property, and a witness that was touched is noticed."""

import copy
import subprocess
import sys

import pytest

from claims.instances import WitnessError, decode
from claims.registry import find, subject
from claims.seal import sealed
from claims.verifier import FIELDS, verify, witness_of
from claims.witnesses import stored
from numerics.rational import RationalMatrix

KEYS = ("S0-12/printed.B", "S1-34/printed", "S1-10/printed", "S0-9/printed.A")


@pytest.fixture(scope="module", params=KEYS)
def refuted(request):
    return subject(request.param), kept(request.param)


def kept(key):
    return stored(find(key.split("/")[0]).source.document.name)[key]


def test_a_stored_witness_is_confirmed(refuted):
    assert verify(*refuted).confirmed


def test_a_witness_says_what_was_decided_at_its_instance(refuted):
    judged, witness = refuted
    instance = decode(witness["instance"], RationalMatrix)
    assert witness_of(judged.key, instance, judged.property(instance)) == witness


def leaves(value, path=()):
    """Every path to a number or text inside a JSON value."""
    if isinstance(value, dict):
        return [leaf for key in value for leaf in leaves(value[key], (*path, key))]
    if isinstance(value, list):
        return [leaf for i, item in enumerate(value) for leaf in leaves(item, (*path, i))]
    return [path]


def changed(witness, path):
    """A copy in which the value at the path was touched."""
    copied = copy.deepcopy(witness)
    place = copied
    for step in path[:-1]:
        place = place[step]
    old = place[path[-1]]
    place[path[-1]] = (not old) if isinstance(old, bool) else old + 1 if isinstance(old, int) else f"{old}7"
    return copied


def test_a_touched_witness_is_noticed_or_still_a_counterexample(refuted):
    """Another instance may refute the statement too, but then it must be decided to do so with the recorded words."""
    judged, witness = refuted
    for path in leaves({field: part for field, part in witness.items() if field != "digest"}):
        try:
            again = verify(judged, sealed(changed(witness, path)))
        except WitnessError:
            continue
        if path[0] != "instance":
            assert not again.confirmed, path
        elif again.confirmed:
            assert again.decision is not None
            assert again.decision.because == witness["because"]


def test_missing_and_extra_fields_are_noticed(refuted):
    judged, witness = refuted
    for field in FIELDS:
        with pytest.raises(WitnessError, match="has the fields"):
            verify(judged, {key: value for key, value in witness.items() if key != field})
    with pytest.raises(WitnessError, match="has the fields"):
        verify(judged, witness | {"note": "trust me"})
    with pytest.raises(WitnessError, match="not list"):
        verify(judged, [witness])


def test_a_witness_of_another_statement_is_refused(refuted):
    judged, witness = refuted
    with pytest.raises(WitnessError, match="belongs to"):
        verify(judged, sealed(witness | {"key": "S0-1/printed.B"}))


def test_an_instance_that_violates_an_assumption_confirms_nothing():
    judged = subject("S0-12/printed.B")
    witness = kept("S0-12/printed.B")
    one_sample = witness["instance"] | {"samples": 1}
    again = verify(judged, sealed(witness | {"instance": one_sample}))
    assert not again.confirmed
    assert again.because.startswith("the instance violates")


def test_the_verifier_needs_neither_search_nor_strategies_nor_flint():
    program = """
import sys
for name in ("flint", "hypothesis", "sympy"):
    sys.modules[name] = None
from claims.registry import all_claims, subject
from claims.verifier import verify
from claims.witnesses import stored
checked = 0
for document in ("collapse", "product"):
    for key, witness in stored(document).items():
        assert verify(subject(key), witness).confirmed, key
        checked += 1
assert not any(name.startswith(("claims.search", "claims.strategies", "numerics.rational")) for name in sys.modules)
print(checked)
"""
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert int(ran.stdout) >= 100
