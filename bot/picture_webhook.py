"""Where the picture service posts that an order is over, when the operator has a public address for it.

The same library listens as for Telegram's webhook, on a port of its own behind the same proxy. What is posted
is only a reason to look at once: nothing here makes a picture or charges for one, and without it looks go on.
"""

from __future__ import annotations

import logging
import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from tornado.httpserver import HTTPServer
from tornado.web import Application, RequestHandler

from agent.pictures.renderer import NotTheService, ServiceBusy
from storage.errors import ConfigError

if TYPE_CHECKING:
    from bot.config import PicturesConfig
    from bot.picture_making import PictureMaking

log = logging.getLogger(__name__)

_MOST_BYTES = 16 * 2**20
"""What is posted repeats the order, and with it the picture whose likeness is kept."""


@asynccontextmanager
async def picture_webhook(config: PicturesConfig, making: PictureMaking) -> AsyncIterator[None]:
    """Listen while this is open, where an address is configured. Raises `ConfigError` for a port in use."""
    if not config.webhook_url or making.model is None:
        yield
        return
    path = re.escape(urlsplit(config.webhook_url).path.rstrip("/"))
    application = Application(
        [(rf"{path}/([0-9a-f]{{32}})", _Handler, {"making": making})], log_function=_no_log
    )
    server = HTTPServer(application, max_buffer_size=_MOST_BYTES, idle_connection_timeout=60)
    try:
        server.listen(config.webhook_port, config.webhook_listen)
    except OSError as error:
        raise ConfigError(key="pictures.webhook_port", problem="cannot be listened on") from error
    making.listen(config.webhook_url)
    try:
        yield
    finally:
        making.listen("")
        server.stop()
        await server.close_all_connections()


class _Handler(RequestHandler):
    """Takes one post: 200 also for an order that nobody knows, so that it is not sent again and again."""

    def initialize(self, making: PictureMaking) -> None:
        """Take what waits for pictures."""
        self._making = making

    async def post(self, picture_id: str) -> None:
        """Answer 403 to whoever is not the service, 503 when that cannot be told now."""
        try:
            await self._making.hear(picture_id, dict(self.request.headers), self.request.body)
        except NotTheService:
            log.warning("a post about a picture was refused: it is not signed by the service, or is old")
            self.set_status(403)
        except ServiceBusy:
            self.set_status(503)


def _no_log(_handler: RequestHandler) -> None:
    """An address names a picture: kept out of the log."""
