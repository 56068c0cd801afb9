"""MiniLM by onnxruntime, from a folder that holds model.onnx and tokenizer.json. Opt-in; nothing is fetched.

One text a call, unpadded: the int8 model scales its numbers over everything in a batch, so a text's
vector would depend on its neighbours. Threads do what batches would: one a core, each call on one thread.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Self

import numpy as np
import numpy.typing as npt

from storage.book.embedding import Matrix, on_grid
from storage.errors import ConfigError

if TYPE_CHECKING:
    from onnxruntime import InferenceSession
    from tokenizers import Tokenizer

_MOST_TOKENS = 256  # what the model was trained on


class MiniLmEmbedder:
    """all-MiniLM-L6-v2, or any model with its inputs and mean pooling."""

    dimensions = 384

    def __init__(self, folder: Path) -> None:
        """Take the folder; raises `ConfigError` when one of the two files is not in it."""
        for file in ("model.onnx", "tokenizer.json"):
            if not (folder / file).is_file():
                raise ConfigError(key="storage.embedder.folder", problem=f"holds no {file}")
        self._folder = folder
        self.name = f"minilm:{(folder / 'model.onnx').stat().st_size}"
        self._workers = os.cpu_count() or 1
        self._pool = ThreadPoolExecutor(self._workers, "minilm")
        self._loading = asyncio.Lock()
        self._loaded: tuple[Tokenizer, InferenceSession] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._pool.shutdown(wait=True)

    async def embed(self, texts: Sequence[str]) -> Matrix:
        """Return one row a text."""
        loop = asyncio.get_running_loop()
        if self._loaded is None:
            async with self._loading:
                if self._loaded is None:
                    self._loaded = await loop.run_in_executor(self._pool, self._load)
        if len(texts) == 1:
            return await loop.run_in_executor(self._pool, self._run, texts)
        # Long and short texts in turn, so that the workers finish together.
        order = sorted(range(len(texts)), key=lambda at: len(texts[at]))
        shares = [order[worker :: self._workers] for worker in range(self._workers)]
        rows = await asyncio.gather(
            *(loop.run_in_executor(self._pool, self._run, [texts[at] for at in share]) for share in shares)
        )
        matrix = np.zeros((len(texts), self.dimensions), np.float32)
        for share, found in zip(shares, rows, strict=True):
            matrix[share] = found
        return matrix

    def _load(self) -> tuple[Tokenizer, InferenceSession]:
        # Before the import: onnxruntime writes a device id and a telemetry file while it is imported.
        os.environ["ORT_DISABLE_TELEMETRY"] = "1"
        from onnxruntime import InferenceSession, SessionOptions
        from tokenizers import Tokenizer

        options = SessionOptions()
        options.intra_op_num_threads = 1
        options.inter_op_num_threads = 1
        options.enable_cpu_mem_arena = False
        session = InferenceSession(
            str(self._folder / "model.onnx"), options, providers=["CPUExecutionProvider"]
        )
        tokenizer = Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.no_padding()
        tokenizer.enable_truncation(_MOST_TOKENS)
        return tokenizer, session

    def _run(self, texts: Sequence[str]) -> Matrix:
        assert self._loaded is not None
        tokenizer, session = self._loaded
        means = np.zeros((len(texts), self.dimensions), np.float32)
        for row, text in zip(means, texts, strict=True):
            tokens: npt.NDArray[np.int64] = np.array([tokenizer.encode(text).ids], np.int64)
            inputs = {
                "input_ids": tokens,
                "attention_mask": np.ones_like(tokens),
                "token_type_ids": np.zeros_like(tokens),
            }
            np.mean(session.run(None, inputs)[0][0], axis=0, out=row)
        return on_grid(means)
