"""Activation functions of units in floating point, with their first two derivatives, for whole arrays at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from scipy.special import expit

Array = np.ndarray[Any, np.dtype[np.float64]]
Derivatives = tuple[Array, Array, Array]


@dataclass(frozen=True)
class Activation:
    """at: an array z to (sigma(z), sigma'(z), sigma''(z))."""

    name: str
    at: Callable[[Array], Derivatives]


def _sigmoid(z: Array) -> Derivatives:
    value = expit(z)
    slope = value * (1 - value)
    return value, slope, slope * (1 - 2 * value)


def _tanh(z: Array) -> Derivatives:
    value = np.tanh(z)
    slope = 1 - value * value
    return value, slope, -2 * value * slope


def _softsign(z: Array) -> Derivatives:
    """z / (1 + |z|); its second derivative jumps at 0, where the mean of the two sides is taken."""
    shrink = 1 / (1 + np.abs(z))
    slope = shrink * shrink
    return z * shrink, slope, -2 * np.sign(z) * slope * shrink


def _softplus(z: Array) -> Derivatives:
    slope = expit(z)
    return np.logaddexp(0, z), slope, slope * (1 - slope)


def _bent_identity(z: Array) -> Derivatives:
    """(sqrt(z^2 + 1) - 1) / 2 + z, without the cancellation at small z."""
    root = np.sqrt(z * z + 1)
    return z + (z / (1 + root)) * (z / 2), 1 + z / (2 * root), 0.5 / (root * root * root)


def _arctan(z: Array) -> Derivatives:
    """(2 / pi) arctan z: like softsign it squashes, with a slope that fades like 1/z^2."""
    fall = 1 / (1 + z * z)
    slope = 2 / np.pi * fall
    return 2 / np.pi * np.arctan(z), slope, -2 * z * fall * slope


def _leaky_relu(z: Array) -> Derivatives:
    """max(z, z / 100), not smooth: at 0 the slope is that of the left side."""
    slope = np.where(z > 0, 1.0, 0.01)
    return z * slope, slope, np.zeros_like(z)


def _identity(z: Array) -> Derivatives:
    return z, np.ones_like(z), np.zeros_like(z)


SIGMOID = Activation("sigmoid", _sigmoid)
TANH = Activation("tanh", _tanh)
SOFTSIGN = Activation("softsign", _softsign)
SOFTPLUS = Activation("softplus", _softplus)
BENT_IDENTITY = Activation("bent identity", _bent_identity)
ARCTAN = Activation("arctan", _arctan)
LEAKY_RELU = Activation("leaky ReLU", _leaky_relu)
IDENTITY = Activation("identity", _identity)

HIDDEN = (SIGMOID, TANH, SOFTSIGN, SOFTPLUS, BENT_IDENTITY)
