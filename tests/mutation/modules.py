"""Which tests have to notice a mistake in which module: the ones that are about it, the quickest first."""

from __future__ import annotations

APART = ("-k", "not needs_neither")
"""Without the tests in a process of their own, which no mutant reaches."""

TESTS: dict[str, tuple[str, ...]] = {
    "claims/decide.py": ("test_decide.py",),
    "claims/judge.py": ("test_judge.py",),
    "claims/subject.py": ("test_subject.py",),
    "claims/verifier.py": ("test_tampering.py", "test_verifier.py", *APART),
    "claims/instances/codec.py": ("test_instances.py", "-k", "not every_family"),
    "claims/climb.py": ("test_climb.py",),
    "claims/search.py": ("test_tally.py", "test_search.py"),
    "claims/ledger.py": ("test_ledger.py",),
    "numerics/fractional.py": ("test_matrix.py", "test_inertia.py", "test_spectrum.py", *APART),
    "numerics/matrix.py": ("test_matrix.py", "test_jets.py"),
    "numerics/rational.py": ("test_matrix.py", "test_inertia.py", "test_spectrum.py", *APART),
    "numerics/inertia.py": ("test_inertia.py", *APART),
    "numerics/jets.py": ("test_jets.py",),
    "numerics/spectrum.py": ("test_spectrum.py",),
    "numerics/polynomial.py": ("test_polynomial.py",),
    "numerics/balls.py": ("test_balls.py", "test_enclosures.py", "test_matrix.py"),
    "numerics/enclosures.py": ("test_enclosures.py",),
    "numerics/paths.py": ("test_paths.py",),
    "numerics/chains.py": ("test_chains.py",),
    "numerics/escape.py": ("test_escape.py",),
    "numerics/norms.py": ("test_norms.py",),
}
