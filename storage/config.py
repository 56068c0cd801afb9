"""Settings of storage as frozen values. Reading files and environment is bot/config.py's work."""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class EmbedderConfig:
    """Which embedder finds paraphrases; see docs/decisions/embedder.md for the choice."""

    kind: str = "static"
    """static (weights ship with a package), minilm (a folder), openai (an endpoint) or none."""
    folder: Path | None = None
    """minilm: holds model.onnx and tokenizer.json."""
    base_url: str = ""
    """openai: any OpenAI-compatible service, up to and without '/embeddings'."""
    model: str = ""
    key: str = field(default="", repr=False)
    timeout_seconds: float = 20.0


@dataclass(frozen=True, slots=True)
class PictureFilesConfig:
    """Where pictures lie: in the data folder, or in a bucket that speaks S3."""

    bucket: str = ""
    endpoint: str = ""
    """Empty: Amazon's own for the region."""
    region: str = ""
    prefix: str = ""
    key_id: str = ""
    key: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class StorageConfig:
    """Where things are kept, and how large a stranger's file may be."""

    data_dir: Path
    database_url: str = ""
    """Empty: SQLite in the data folder."""
    embedder: EmbedderConfig = field(default_factory=EmbedderConfig)
    pictures: PictureFilesConfig = field(default_factory=PictureFilesConfig)
    cache_bytes: int = 256 * 2**20
    """Books kept in memory, by their estimated size."""
    max_file_bytes: int = 100 * 2**20
    parse_seconds: float = 120.0
    parse_memory_bytes: int = 1024 * 2**20

    @property
    def url(self) -> str:
        """Return the database's address, the default filled in."""
        return self.database_url or f"sqlite+aiosqlite:///{self.data_dir / 'dogear.db'}"
