"""Embeddings of any OpenAI-compatible service. It is sent windows of read text, and questions."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Self

import httpx
import numpy as np

from storage.book.embedding import Matrix, on_grid
from storage.config import EmbedderConfig
from storage.errors import ModelUnavailable

_TOGETHER = 64  # texts a request
_WORTH_A_RETRY = frozenset((408, 409, 425, 429, 500, 502, 503, 504))


class OpenAiEmbedder:
    """POSTs to `<base_url>/embeddings`."""

    def __init__(self, config: EmbedderConfig) -> None:
        """Take address, model and key; no request is made before the first text."""
        self.name = f"openai:{config.model}"
        self.dimensions = -1
        self._model = config.model
        headers = {"Authorization": f"Bearer {config.key}"} if config.key else {}
        base_url = config.base_url.rstrip("/") + "/"
        self._client = httpx.AsyncClient(base_url=base_url, headers=headers, timeout=config.timeout_seconds)

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._client.aclose()

    async def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row a text; raises `ModelUnavailable` when the service does not answer well."""
        rows: list[Sequence[float]] = []
        for begin in range(0, len(texts), _TOGETHER):
            rows += await self._request(list(texts[begin : begin + _TOGETHER]))
        try:
            matrix = np.array(rows, np.float32).reshape(len(texts), -1 if rows else 0)
        except ValueError as error:
            raise ModelUnavailable(reason="embeddings of different lengths", retry=False) from error
        if rows:
            self.dimensions = matrix.shape[1]
        return on_grid(matrix)

    async def _request(self, texts: list[str]) -> list[Sequence[float]]:
        body = {"model": self._model, "input": texts, "encoding_format": "float"}
        try:
            response = await self._client.post("embeddings", json=body)
            response.raise_for_status()
            data = sorted(response.json()["data"], key=lambda item: item["index"])
            rows = [item["embedding"] for item in data]
        except httpx.HTTPStatusError as error:
            status = error.response.status_code
            raise ModelUnavailable(
                reason=f"embeddings: HTTP {status}", retry=status in _WORTH_A_RETRY
            ) from error
        except httpx.HTTPError as error:
            raise ModelUnavailable(reason=f"embeddings: {type(error).__name__}") from error
        except (ValueError, KeyError, TypeError) as error:
            raise ModelUnavailable(reason="embeddings: not an answer we know", retry=False) from error
        if len(rows) != len(texts):
            raise ModelUnavailable(reason="embeddings: some are missing", retry=False)
        return rows
