"""Instances survive the way through JSON in both arithmetics, and nothing else passes for an instance."""

import dataclasses
import json

import pytest
from examples import everything
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.families import family
from claims.instances import Instance, WitnessError, canonical, decode, encode
from claims.instances.level_paths import Factored
from claims.instances.mixtures import LinearPair
from claims.instances.networks import AffineNetwork, LayerBudget, affine_frame, collapsed, factorised
from claims.instances.regression import Progression, augmented, document_data
from claims.instances.training import Architecture
from claims.strategies import FAMILIES
from numerics.fractional import FractionMatrix
from numerics.jets import gradient_by_definition
from numerics.rational import RationalMatrix, fraction

ONCE = settings(max_examples=15, database=None, deadline=None, suppress_health_check=list(HealthCheck))


def same_values(one, other):
    """The same object over two arithmetics."""
    return canonical(encode(one)) == canonical(encode(other))


@pytest.mark.parametrize("name", sorted(FAMILIES))
def test_every_family_survives_json_in_both_arithmetics(name):
    @ONCE
    @given(family(name).strategy)
    def check(instance):
        text = json.loads(canonical(instance.to_json()))
        assert decode(text, RationalMatrix) == instance
        second = decode(text, FractionMatrix)
        assert same_values(second, instance)
        assert second.cases() == instance.cases()

    check()


BOTH = pytest.mark.parametrize("kind", [RationalMatrix, FractionMatrix])


@BOTH
def test_every_part_of_an_instance_is_written_as_itself(kind):
    parts = {
        (True, 7, "seven", None): [True, 7, "seven", None],
        ((1, ("two",)), ()): [[1, ["two"]], []],
        kind.of([["2/4", -1]]): {"shape": [1, 2], "entries": [["1/2", "-1"]]},
        kind.zeros(0, 3): {"shape": [0, 3], "entries": []},
        kind.scalar("-6/4"): {"rational": "-3/2"},
        Architecture((1, 2)): {"type": "Architecture", "nodes": [1, 2]},
        (Progression(kind.eye(1, 2), kind.scalar(3), 2),): [
            {
                "type": "Progression",
                "first": {"shape": [1, 2], "entries": [["1", "0"]]},
                "step": {"rational": "3"},
                "samples": 2,
            }
        ],
    }
    for part, written in parts.items():
        assert encode(part) == written
        assert decode(written, kind) == part


@BOTH
def test_an_instance_is_read_by_its_class(kind):
    written = Progression(kind.eye(1, 2), kind.scalar(3), 2)
    assert Progression.from_json(written.to_json(), kind) == Instance.from_json(written.to_json(), kind) == written


def test_an_instance_belongs_to_no_case_and_to_no_family_unless_it_says_so():
    nothing = Architecture((1, 2))
    assert Instance.cases(nothing) == frozenset()
    assert Instance.stays_in_family(nothing) is False


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        ({"type": "Nothing"}, "unknown type of instance 'Nothing'"),
        ({"type": 7}, "unknown type of instance 7"),
        ({"type": ["Architecture"]}, "unknown type"),
        ({}, "unknown type of instance None"),
        ({"type": "Architecture", "nodes": {"type": "Nothing"}}, "^unknown type"),
        ({"shape": [1, 1], "entries": [["1"]], "more": 1}, "do not fill"),
        ({"shape": [2, 1], "entries": [["1"]]}, "do not fill"),
        ({"shape": [1], "entries": [["1"]]}, "not an instance"),
        ({"shape": [1, 1]}, "not an instance"),
        ({"type": "Architecture"}, "takes"),
        ({"type": "Architecture", "nodes": [1], "more": 1}, "takes"),
        ({"shape": [1, 2], "entries": [["1"]]}, "do not fill"),
        ({"shape": [1, 1], "entries": [["one"]]}, "not an instance"),
        ({"shape": [1, 1], "entries": [["1/0"]]}, "not an instance"),
        ({"rational": "x"}, "not an instance"),
        (1.5, "not part of"),
    ],
)
def test_foreign_text_is_refused(payload, message):
    for arithmetic in (RationalMatrix, FractionMatrix):
        with pytest.raises(WitnessError, match=message):
            decode(payload, arithmetic)


def test_a_float_is_never_written():
    with pytest.raises(WitnessError, match="not exact"):
        encode(0.5)


def test_the_class_is_checked():
    with pytest.raises(WitnessError, match="expected Progression"):
        Progression.from_json(Architecture((1, 2)).to_json(), RationalMatrix)


def test_instances_are_frozen():
    for kind in Instance.registry.values():
        assert dataclasses.fields(kind)
        assert kind.__dataclass_params__.frozen, kind.__name__  # type: ignore[attr-defined]


@given(st.integers(1, 5), st.integers(1, 4))
@ONCE
def test_document_data_is_the_numbers_in_order(samples, features):
    data = document_data(RationalMatrix, samples, features, features)
    assert [int(fraction(x)) for x in data.inputs.entries()] == list(range(samples * features))
    assert augmented(data.inputs).shape == (samples, features + 1)


def test_factorised_refuses_what_does_not_fit():
    one_layer = AffineNetwork((RationalMatrix.eye(2),), (RationalMatrix.zeros(2, 1),))
    with pytest.raises(ValueError, match="thinner than the rank 2"):
        factorised(LayerBudget(one_layer, (1,)))
    deep = factorised(LayerBudget(one_layer, (3, 2)))
    assert deep.widths == (2, 3, 2, 2)
    assert collapsed(deep) == one_layer


def test_an_affine_frame_is_zero_and_the_unit_vectors():
    assert affine_frame(RationalMatrix, 2) == RationalMatrix.of([[0, 1, 0], [0, 0, 1]])


def test_two_types_do_not_share_a_name():
    with pytest.raises(TypeError, match="both have instances called Data"):
        type("Data", (Instance,), {"__module__": "elsewhere"})


def test_losses_are_differentiated_by_definition_wherever_an_instance_has_one():
    found = {}
    for name in FAMILIES:
        instance = everything(family(name).strategy, 3)[-1]
        if hasattr(instance, "loss_at") and hasattr(instance, "weights"):
            slopes = gradient_by_definition(instance.loss_at, instance.weights)
            found[name] = [slope.shape for slope in slopes] == [weight.shape for weight in instance.weights]
    assert len(found) >= 7
    assert all(found.values())


def test_what_one_factor_does_not_see_of_the_other_costs_and_computes_nothing():
    one, half = RationalMatrix.eye(1), RationalMatrix.scalar("1/2")
    frame, spare, idle = (RationalMatrix.of(rows) for rows in ([[1], [0], [0]], [[5], [2], [0]], [[7, 3, 4]]))
    point = Factored(one, (RationalMatrix.scalar(1),), one, frame, one * 2, spare, idle)
    assert point.unused.entries() == [0, 2, 0]
    assert point.unreached.entries() == [0, 0, 4]
    lower, upper = point.factors
    assert (lower.entries(), upper.entries()) == ([2, 2, 0], [half, 0, 4])
    assert upper @ lower == point.product == one
    assert point.cost == 4 + 4 + half * half + 16
    assert not point.is_balanced
    assert point.balanced_by(RationalMatrix.scalar(1)).factors == point.balanced


def test_a_pair_of_layers_has_a_unit_to_spare_beside_its_smaller_end():
    lower, upper = RationalMatrix.of([[1, 0], [0, 1]]), RationalMatrix.of([[1, 1]])
    assert LinearPair(lower, upper).spare_unit
    assert not LinearPair(lower, lower).spare_unit
