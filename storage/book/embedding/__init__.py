"""Embedders: texts to vectors. The protocol, the choice by configuration, and the grid vectors lie on.

Each kind has a file of its own, imported only when it is chosen; docs/decisions/embedder.md says why
the default is what it is.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Protocol

import numpy as np
import numpy.typing as npt

from storage.config import EmbedderConfig
from storage.errors import ConfigError

Matrix = npt.NDArray[np.float32]

GRID = 2_048
"""Vectors are rounded to multiples of 1 / GRID.

Products of such numbers are multiples of 2^-22, so a scalar product of unit vectors is exact in float32
in whatever order it is summed: the same for a whole matrix and for any prefix of it.
"""


class Embedder(Protocol):
    """Turns texts into unit vectors. What a text becomes depends on that text alone.

    `name` tells indexes apart: another name, other vectors. `dimensions` is 0 for an embedder that
    makes none, and -1 as long as a service has not told it.
    """

    @property
    def name(self) -> str: ...

    @property
    def dimensions(self) -> int: ...

    async def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one L2-normalised row a text, on the grid.

        Raises `ModelUnavailable` when a service does not answer.
        """
        ...


class NoEmbedder:
    """Makes no vectors: search is by words alone."""

    name = "none"
    dimensions = 0

    async def embed(self, texts: Sequence[str]) -> Matrix:
        """Return rows without columns."""
        return np.zeros((len(texts), 0), np.float32)


@asynccontextmanager
async def build_embedder(config: EmbedderConfig) -> AsyncIterator[Embedder]:
    """Open the configured embedder. Loads no model before the first text.

    Raises `ConfigError` for an unknown kind, or a folder that does not hold a model.
    """
    match config.kind:
        case "none":
            yield NoEmbedder()
        case "static":
            from storage.book.embedding.static import StaticEmbedder

            yield StaticEmbedder()
        case "minilm":
            from storage.book.embedding.minilm import MiniLmEmbedder

            if config.folder is None:
                raise ConfigError(key="storage.embedder.folder", problem="is needed for minilm")
            with MiniLmEmbedder(config.folder) as minilm:
                yield minilm
        case "openai":
            from storage.book.embedding.openai import OpenAiEmbedder

            async with OpenAiEmbedder(config) as service:
                yield service
        case _:
            raise ConfigError(key="storage.embedder.kind", problem="wants static, minilm, openai or none")


def on_grid(matrix: Matrix) -> Matrix:
    """Return the rows brought to length one (rows of zeros stay) and rounded to the grid."""
    lengths = np.sqrt(np.einsum("ij,ij->i", matrix, matrix))
    unit = matrix / np.where(lengths > 0, lengths, 1)[:, None]
    return (np.rint(unit * GRID) / GRID).astype(np.float32)
