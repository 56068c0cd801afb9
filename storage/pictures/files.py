"""Where pictures lie: a folder or a bucket that speaks S3, under names that tell nothing."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from storage.config import PictureFilesConfig
from storage.errors import PictureGone, StorageUnavailable
from storage.ids import new_id

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime
    from pathlib import Path

FOLDER = "visuals"
_OURS = re.compile(r"[0-9a-f]{32}\.png")


class PictureFiles:
    """The files of pictures; nothing is opened before the first is asked for."""

    def __init__(self, config: PictureFilesConfig, data_dir: Path) -> None:
        """Keep them in `data_dir`/visuals, or in the bucket that is configured."""
        self._config = config
        self._folder = data_dir / FOLDER
        self._store: Any = None

    def _opened(self) -> Any:
        if self._store is None:
            from obstore.store import LocalStore, S3Store

            config = self._config
            if not config.bucket:
                self._store = LocalStore(self._folder, mkdir=True)
            else:
                self._store = S3Store(
                    config.bucket,
                    prefix=config.prefix or None,
                    endpoint=config.endpoint or None,
                    region=config.region or "us-east-1",
                    access_key_id=config.key_id,
                    secret_access_key=config.key,
                    virtual_hosted_style_request=False,
                    client_options={"allow_http": config.endpoint.startswith("http://"), "timeout": "30s"},
                    retry_config={"max_retries": 2},
                )
        return self._store

    async def put(self, png: bytes) -> str:
        """Keep a picture; return its name. Raises `StorageUnavailable`."""
        name = f"{new_id()}.png"
        try:
            await self._opened().put_async(name, png)
        except Exception as error:  # whatever the disk or the bucket refuses
            raise StorageUnavailable(reason=f"pictures: {type(error).__name__}") from error
        return name

    async def get(self, name: str) -> bytes:
        """Return a picture. Raises `PictureGone` when there is none of that name."""
        try:
            got = await self._opened().get_async(name)
            return bytes(await got.bytes_async())
        except Exception as error:
            raise PictureGone from error

    async def remove(self, name: str) -> None:
        """Take a picture away; one that is not there is no loss. Raises `StorageUnavailable`."""
        try:
            await self._opened().delete_async(name)
        except FileNotFoundError:
            return
        except Exception as error:
            raise StorageUnavailable(reason=f"pictures: {type(error).__name__}") from error

    async def names(self) -> AsyncIterator[str]:
        """Yield the names of all that is kept."""
        async for some in self.listed():
            for name in some:
                yield name

    async def listed(self) -> AsyncIterator[dict[str, datetime]]:
        """Yield all that is kept, some at a time: names, and when each was written; nothing that is not ours.

        Raises `StorageUnavailable`.
        """
        try:
            async for some in self._opened().list():
                names = {str(one["path"]).rpartition("/")[2]: one["last_modified"] for one in some}
                yield {name: written for name, written in names.items() if _OURS.fullmatch(name)}
        except Exception as error:
            raise StorageUnavailable(reason=f"pictures: {type(error).__name__}") from error
