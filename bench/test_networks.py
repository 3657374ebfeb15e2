"""The gradient of a convolutional and of a recurrent network for one minibatch, beside JAX: the numbers agree, and the times."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import numpy as np

from bench.summary import describe
from numerics.experiments.digit_strings import NETWORK as DIGITS
from numerics.experiments.word_strings import NETWORK as WORDS

IMAGES, PIECES = "a gradient for 50 small images, convolutional network", "a gradient for 20 x 20 words, recurrent network"


def images() -> tuple[Any, Any, Any]:
    rng = np.random.RandomState(0)
    model = DIGITS.draw(rng).astype(np.float32)
    return model, rng.standard_normal((1, 8, 8, 50)).astype(np.float32), rng.randint(10, size=50)


def pieces() -> tuple[Any, Any]:
    rng = np.random.RandomState(0)
    return WORDS.draw(rng).astype(np.float32), rng.randint(WORDS.words, size=(21, 20))


def test_convolutional(benchmark) -> None:
    benchmark.group = IMAGES
    benchmark.pedantic(DIGITS.gradient, args=images(), rounds=20, warmup_rounds=2)
    describe(benchmark, "NumPy, patches and one product", ours=True)


def test_recurrent(benchmark) -> None:
    benchmark.group = PIECES
    model, text = pieces()
    benchmark.pedantic(WORDS.gradient, args=(model, text, WORDS.start(20, model)), rounds=20, warmup_rounds=2)
    describe(benchmark, "NumPy, unrolled by hand", ours=True)


def convolutional_in_jax() -> Any:
    import jax
    import jax.numpy as jnp

    def scores(model: Any, batch: Any) -> Any:
        values = jnp.transpose(batch, (3, 1, 2, 0))
        for number, part in enumerate(DIGITS.parts):
            layer, weights = DIGITS.layers[number], model[part]
            if not layer.size:
                values = jax.lax.reduce_window(values, -jnp.inf, jax.lax.max, (1, 2, 2, 1), (1, 2, 2, 1), "VALID")
                continue
            leaving = layer.size // (layer.entering + 1)
            matrix, biases = weights[:-leaving].reshape(leaving, layer.entering), weights[-leaving:]
            if values.ndim == 4 and number < 4:
                channels = values.shape[3]
                kernel = jnp.transpose(matrix.reshape(leaving, 3, 3, channels), (1, 2, 3, 0))
                values = jax.lax.conv_general_dilated(values, kernel, (1, 1), "SAME", dimension_numbers=("NHWC", "HWIO", "NHWC"))
                values = jax.nn.relu(values + biases)
                continue
            if values.ndim == 4:
                values = jnp.transpose(values, (0, 3, 1, 2)).reshape(len(values), -1)
            values = values @ matrix.T + biases
            values = jax.nn.relu(values) if number < len(DIGITS.layers) - 1 else values
        return values

    def loss(model: Any, batch: Any, labels: Any) -> Any:
        logs = jax.nn.log_softmax(scores(model, batch))
        return -jnp.mean(jnp.take_along_axis(logs, labels[:, None], axis=1))

    return jax.jit(jax.grad(loss))


def recurrent_in_jax() -> Any:
    import jax
    import jax.numpy as jnp

    h = WORDS.units

    def layer(weights: Any, inputs: Any) -> Any:
        matrix, biases = weights[: 8 * h * h].reshape(4 * h, 2 * h), weights[8 * h * h :]

        def step(state: Any, value: Any) -> Any:
            cell, out = state
            gates = jnp.concatenate([value, out], axis=1) @ matrix.T + biases
            entered, candidate, kept, shown = jnp.split(gates, 4, axis=1)
            cell = jax.nn.sigmoid(kept) * cell + jax.nn.sigmoid(entered) * jnp.tanh(candidate)
            out = jax.nn.sigmoid(shown) * jnp.tanh(cell)
            return (cell, out), out

        zeros = jnp.zeros((inputs.shape[1], h))
        return jax.lax.scan(step, (zeros, zeros), inputs)[1]

    def loss(model: Any, text: Any) -> Any:
        embedding, *layers, last = (model[part] for part in WORDS.parts)
        values = embedding.reshape(WORDS.words, h)[text[:-1]]
        for weights in layers:
            values = layer(weights, values)
        scores = values @ last[: WORDS.words * h].reshape(WORDS.words, h).T + last[WORDS.words * h :]
        logs = jnp.take_along_axis(jax.nn.log_softmax(scores), text[1:, :, None], axis=2)
        return -jnp.sum(logs) / text.shape[1]

    return jax.jit(jax.grad(loss))


if find_spec("jax") is not None:

    def test_convolutional_in_jax(benchmark) -> None:
        benchmark.group = IMAGES
        gradient, arguments = convolutional_in_jax(), images()
        found = benchmark.pedantic(lambda: np.asarray(gradient(*arguments)), rounds=20, warmup_rounds=2)
        np.testing.assert_allclose(found, DIGITS.gradient(*arguments), rtol=1e-3, atol=1e-5)
        describe(benchmark, "JAX: jit, compiled before", ours=False)

    def test_recurrent_in_jax(benchmark) -> None:
        benchmark.group = PIECES
        gradient, (model, text) = recurrent_in_jax(), pieces()
        found = benchmark.pedantic(lambda: np.asarray(gradient(model, text)), rounds=20, warmup_rounds=2)
        np.testing.assert_allclose(found, WORDS.gradient(model, text, WORDS.start(20, model))[0], rtol=1e-3, atol=1e-5)
        describe(benchmark, "JAX: jit and scan, compiled before", ours=False)
