"""Embedders: the law of one text one vector, the grid, and what each kind says when it cannot."""

from __future__ import annotations

import asyncio
import json
import os
import subprocess
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from storage.book.embedding import GRID, build_embedder, on_grid
from storage.config import EmbedderConfig
from storage.errors import ConfigError, ModelUnavailable

SHARED = Path(os.environ.get("DOGEAR_SHARED", Path(__file__).parents[4] / "shared"))
MINILM = SHARED / "models" / "all-MiniLM-L6-v2"
needs_minilm = pytest.mark.skipif(not MINILM.is_dir(), reason=f"no MiniLM in {MINILM}")

TEXTS = [
    "The thief stole the purse.",
    "A robber took her bag of money.",
    "Snow fell on the quiet hills all night.",
    "",
    "Жил-был старик со старухой.",
    "狼从森林里走出来",
]


def _configs() -> list[Any]:
    return [
        EmbedderConfig(kind="static"),
        pytest.param(EmbedderConfig(kind="minilm", folder=MINILM), marks=needs_minilm),
    ]


@pytest.mark.parametrize("config", _configs(), ids=lambda config: config.kind)
async def test_a_text_has_the_same_vector_whatever_goes_with_it(config: EmbedderConfig) -> None:
    """Bounded equals truncated rests on this: windows are embedded in other company when a book is cut."""
    async with build_embedder(config) as embedder:
        alone = [(await embedder.embed([text]))[0] for text in TEXTS]
        together = await embedder.embed(TEXTS)
        mixed = await embedder.embed([*reversed(TEXTS), "Some other words entirely.", *TEXTS * 3])
    assert np.array_equal(np.stack(alone), together)
    assert np.array_equal(mixed[: len(TEXTS)][::-1], together)
    assert np.array_equal(mixed[-len(TEXTS) :], together)


@pytest.mark.parametrize("config", _configs(), ids=lambda config: config.kind)
async def test_vectors_are_unit_length_on_the_grid_and_know_paraphrases(config: EmbedderConfig) -> None:
    async with build_embedder(config) as embedder:
        vectors = await embedder.embed(TEXTS[:3])
        assert vectors.shape == (3, embedder.dimensions)
    assert vectors.dtype == np.float32
    assert np.array_equal(vectors * GRID, np.rint(vectors * GRID))
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=0.01)
    assert vectors[0] @ vectors[1] > vectors[0] @ vectors[2]


def test_scalar_products_on_the_grid_are_the_same_for_a_matrix_and_for_its_prefixes() -> None:
    random = np.random.default_rng(0)
    matrix = on_grid(random.standard_normal((900, 512)).astype(np.float32))
    query = on_grid(random.standard_normal((1, 512)).astype(np.float32))[0]
    whole = matrix @ query
    exact = matrix.astype(np.float64) @ query.astype(np.float64)
    assert np.array_equal(whole, exact)
    for rows in (1, 2, 3, 7, 63, 64, 65, 899):
        assert np.array_equal(matrix[:rows] @ query, whole[:rows])


def test_a_row_of_nothing_stays_nothing() -> None:
    assert not on_grid(np.zeros((2, 4), np.float32)).any()


async def test_none_makes_no_vectors() -> None:
    async with build_embedder(EmbedderConfig(kind="none")) as embedder:
        assert embedder.dimensions == 0
        assert (await embedder.embed(["one", "two"])).shape == (2, 0)


@pytest.mark.parametrize(
    ("config", "key"),
    [
        (EmbedderConfig(kind="word2vec"), "storage.embedder.kind"),
        (EmbedderConfig(kind="minilm"), "storage.embedder.folder"),
        (EmbedderConfig(kind="minilm", folder=Path("nowhere")), "storage.embedder.folder"),
    ],
)
async def test_a_wrong_setting_is_named(config: EmbedderConfig, key: str) -> None:
    with pytest.raises(ConfigError) as caught:
        async with build_embedder(config):
            pass
    assert caught.value.key == key


# ---- a service over real HTTP --------------------------------------------------------------


@asynccontextmanager
async def _service(status: int, answer: Any) -> AsyncIterator[tuple[str, list[dict[str, Any]]]]:
    """A service that answers every request alike; `answer` may be a function of the request's body."""
    requests: list[dict[str, Any]] = []

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = (await reader.readuntil(b"\r\n\r\n")).decode().lower()
        length = int(head.split("content-length: ")[1].split("\r\n")[0])
        body = json.loads(await reader.readexactly(length))
        requests.append({"path": head.split(" ")[1], "key": "bearer secret" in head, **body})
        data = json.dumps(answer(body) if callable(answer) else answer).encode()
        writer.write(
            f"HTTP/1.1 {status} X\r\nContent-Length: {len(data)}\r\nConnection: close\r\n\r\n".encode()
        )
        writer.write(data)
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    async with server:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/v1", requests


def _embeddings(body: dict[str, Any]) -> dict[str, Any]:
    rows = [{"index": at, "embedding": [len(text), 1.0, 0.5]} for at, text in enumerate(body["input"])]
    return {"data": rows[::-1]}  # a service may answer in any order


async def test_a_service_gets_the_texts_and_its_vectors_come_back_in_order() -> None:
    async with _service(200, _embeddings) as (url, requests):
        config = EmbedderConfig(kind="openai", base_url=url, model="small", key="secret")
        async with build_embedder(config) as embedder:
            assert embedder.dimensions == -1
            vectors = await embedder.embed([str(n) * (n + 1) for n in range(100)])
            assert embedder.dimensions == 3
    expected = on_grid(np.array([[len(str(n)) * (n + 1), 1.0, 0.5] for n in range(100)], np.float32))
    assert np.array_equal(vectors, expected)
    assert [len(request["input"]) for request in requests] == [64, 36]
    assert {request["path"] for request in requests} == {"/v1/embeddings"}
    assert all(request["key"] and request["model"] == "small" for request in requests)


@pytest.mark.parametrize(
    ("status", "answer", "retry"),
    [
        (429, {}, True),
        (401, {}, False),
        (200, {"data": []}, False),
        (200, {"error": "no"}, False),
        (200, lambda body: {"data": [{"index": i, "embedding": [1.0] * (i + 1)} for i in range(2)]}, False),
    ],
)
async def test_a_service_that_fails_is_one_error_of_ours(status: int, answer: Any, retry: bool) -> None:
    async with _service(status, answer) as (url, _):
        opened = build_embedder(EmbedderConfig(kind="openai", base_url=url, model="m"))
        with pytest.raises(ModelUnavailable) as caught:
            async with opened as embedder:
                await embedder.embed(["one", "two"])
    assert caught.value.retry is retry


async def test_a_service_that_is_not_there_is_worth_a_retry() -> None:
    config = EmbedderConfig(kind="openai", base_url="http://127.0.0.1:9/v1", model="m")
    async with build_embedder(config) as embedder:
        with pytest.raises(ModelUnavailable) as caught:
            await embedder.embed(["one"])
    assert caught.value.retry


# ---- a first start ------------------------------------------------------------------------

_FIRST_START = """
import asyncio, socket, sys
from pathlib import Path

def refuse(*_):
    raise AssertionError("a connection was tried")

socket.socket.connect = socket.socket.connect_ex = socket.getaddrinfo = refuse

from storage.book.embedding import build_embedder
from storage.book.vectors import VectorStore
from storage.config import EmbedderConfig

async def main(kind, folder, data):
    config = EmbedderConfig(kind=kind, folder=Path(folder) if folder else None)
    async with build_embedder(config) as embedder, VectorStore(Path(data) / "vectors") as store:
        matrix = await embedder.embed(["The thief stole the purse.", "Snow fell."])
        await store.save("book", embedder.name, matrix)
        assert (await store.load("book", embedder.name, 2)) is not None

asyncio.run(main(*sys.argv[1:]))
"""


@pytest.mark.parametrize("kind", ["static", pytest.param("minilm", marks=needs_minilm)])
def test_a_first_start_makes_no_connection_and_no_file_outside_the_data_folder(
    tmp_path: Path, kind: str
) -> None:
    home, data = tmp_path / "home", tmp_path / "data"
    home.mkdir()
    data.mkdir()
    kept = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "SYSTEMROOT")
    environment = {name: os.environ[name] for name in kept if name in os.environ}
    environment |= {"HOME": str(home), "TMPDIR": str(tmp_path), "PYTHONDONTWRITEBYTECODE": "1"}
    environment["PYTHONPATH"] = os.pathsep.join([os.getcwd(), environment.get("PYTHONPATH", "")])
    folder = str(MINILM) if kind == "minilm" else ""
    command = [sys.executable, "-c", _FIRST_START, kind, folder, str(data)]
    done = subprocess.run(command, env=environment, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    made = {path.relative_to(tmp_path).parts[:2] for path in tmp_path.rglob("*") if path.is_file()}
    assert made == {("data", "vectors"), ("data", "vectors.lock")}
