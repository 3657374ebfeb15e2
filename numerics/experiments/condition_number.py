"""X0-5: what routines in floating point print for the condition number of H = X'X, whose exact value is infinite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from numerics.experiments.figure import Figure, draw_spread, render
from numerics.experiments.measure import Measurements, measurements, quantity, seeds_of
from numerics.linear_regression import Array, progression

WORDS = "cond(H) = O(10^21)"
PUBLISHED = 1e21
COLUMNS = ("without ones", "with ones")
KERNELS = ("Prescott", "Nehalem", "Haswell")
GRAMS: dict[str, Callable[[Array], Any]] = {
    "X.T @ X": lambda X: X.T @ X,
    "X.T @ X / 1500": lambda X: X.T @ X / X.shape[0],
    "einsum": lambda X: np.einsum("ij,ik->jk", X, X),
    "float32 X.T @ X": lambda X: X.astype(np.float32).T @ X.astype(np.float32),
}


def _eigenvalue_ratio(H: Array) -> float:
    values = np.abs(np.linalg.eigvalsh(H))
    return float(values.max() / values.min()) if values.min() > 0 else float("inf")


ROUTINES: dict[str, Callable[[Array], float]] = {
    "cond(H)": lambda H: float(np.linalg.cond(H)),
    "cond(H, 1)": lambda H: float(np.linalg.cond(H, 1)),
    "cond(H, inf)": lambda H: float(np.linalg.cond(H, np.inf)),
    "cond(H, fro)": lambda H: float(np.linalg.cond(H, "fro")),
    "eigvalsh": _eigenvalue_ratio,
}


def run(seeds: int, seed: int) -> Measurements:
    drawn = seeds_of(seed, seeds)
    found: dict[str, list[float]] = {}
    for one in drawn:
        for name, value in _printed(one):
            found.setdefault(name, []).append(value)
    for kernel in KERNELS:
        found |= _under(kernel, drawn)
    quantities = {name: quantity("1", values, PUBLISHED, WORDS) for name, values in found.items()}
    quantities |= {f"order of magnitude, {name}": _order(values) for name, values in found.items()}
    varied = {
        "column of ones": ["without", "with"],
        "Gram matrix": list(GRAMS),
        "routine": [*ROUTINES, "cond(X)^2"],
        "kernel of OpenBLAS, for cond(H)": ["that of this machine", *KERNELS],
        "seeds": "permutations of the samples and of the features, which change nothing exactly",
    }
    return measurements(
        "X0-5", drawn, {"samples": 1500, "features": 100, "exact value": "infinite (rank 2)", "varied": varied}, quantities, {}
    )


def _under(kernel: str, drawn: list[int]) -> dict[str, list[float]]:
    """cond(H) of X.T @ X for every seed, in a process that asks OpenBLAS for another kernel; not finite where it cannot run."""
    program = f"import json; from numerics.experiments.condition_number import plain; print(json.dumps(plain({drawn})))"
    ran = subprocess.run(
        [sys.executable, "-c", program],
        env=os.environ | {"OPENBLAS_CORETYPE": kernel},
        capture_output=True,
        text=True,
        check=False,
    )
    both = json.loads(ran.stdout) if ran.returncode == 0 else {ones: [float("nan")] * len(drawn) for ones in COLUMNS}
    return {f"cond(H) of X.T @ X, {ones}, kernel {kernel}": values for ones, values in both.items()}


def plain(seeds: list[int]) -> dict[str, list[float]]:
    """cond(H) of X.T @ X under each seed, without and with the column of ones."""
    return {ones: [float(np.linalg.cond(data[ones].T @ data[ones])) for data in map(_data, seeds)] for ones in COLUMNS}


def _data(seed: int) -> dict[str, Array]:
    """The data with samples and features permuted, without and with the column of ones."""
    rng = np.random.RandomState(seed)
    X, _ = progression()
    X = X[rng.permutation(X.shape[0])][:, rng.permutation(X.shape[1])]
    return dict(zip(COLUMNS, (X, np.hstack([X, np.ones((X.shape[0], 1))])), strict=True))


def _order(values: list[float]) -> dict[str, Any]:
    with np.errstate(divide="ignore"):
        return quantity("decimal exponent", np.floor(np.log10(values)), 21, WORDS)


def _printed(seed: int) -> Iterator[tuple[str, float]]:
    """Every routine on every Gram matrix of the permuted data."""
    with np.errstate(all="ignore"):
        for ones, data in _data(seed).items():
            yield f"cond(X)^2, {ones}", float(np.linalg.cond(data)) ** 2
            for gram, form in GRAMS.items():
                H = form(data)
                for routine, value in ROUTINES.items():
                    yield f"{routine} of {gram}, {ones}", value(H)


def draw(found: Measurements) -> tuple[Figure, ...]:
    names = [name for name in found["quantities"] if not name.startswith("order") and "einsum" not in name]

    def paint(canvas: Any) -> None:
        axes = canvas.subplots()
        axes.axvspan(1e20, 1e22, color="#922b21", alpha=0.12, linewidth=0)
        draw_spread(axes, found, names, names)
        axes.tick_params(axis="y", labelsize=6)
        axes.set_xlabel("printed condition number")

    return (
        render(
            "X0-5-condition-number",
            "One matrix, many condition numbers",
            "What each routine prints for the condition number of the same singular matrix, one dot for each permutation of "
            "its rows and columns; "
            "the published order of magnitude is shaded.",
            "The printed numbers range over many orders of magnitude, from about 1e9 in single precision to far above 1e21 "
            "in double; "
            "each routine has its own cloud, because the exact value is infinite and what is printed is rounding error.",
            paint,
            size=(8.2, 8.0),
        ),
    )
