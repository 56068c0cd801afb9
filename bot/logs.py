"""Where the log goes and what may stand in it: ids and figures, never story text, never a secret.

Our own loggers log ids only. A filter on the one handler holds for everybody else too: it takes known
secrets out of every record and shortens what other libraries say to their level and origin.
"""

from __future__ import annotations

import logging
from collections.abc import Iterable
from logging.handlers import RotatingFileHandler
from pathlib import Path

OURS = ("bot", "agent", "storage")
MAX_BYTES = 1_000_000
KEPT_FILES = 3


class Redactor(logging.Filter):
    """Lets our own records pass without secrets, and strips others of their words.

    A message of another library may quote a prompt, a parameter of SQL or an answer: of those only where
    they come from and the type of an exception is kept.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        """Remember the secrets to take out; short ones are left, they would match by chance."""
        super().__init__()
        self._secrets = tuple(secret for secret in secrets if len(secret) >= 6)

    def filter(self, record: logging.LogRecord) -> bool:
        """Change the record in place and let it pass; what other libraries merely mention does not."""
        if record.name.partition(".")[0] in OURS:
            message = record.getMessage()
            for secret in self._secrets:
                message = message.replace(secret, "***")
            record.msg, record.args = message, ()
        elif record.levelno < logging.WARNING:
            return False
        else:
            record.msg, record.args = "(words of another library are not kept)", ()
        if record.exc_info and record.exc_info[0]:
            # A traceback shows source lines, never values; the exception's own words may quote text.
            record.exc_text = _trace(record)
        record.exc_info = None
        return True


def _trace(record: logging.LogRecord) -> str:
    kind, _, trace = record.exc_info or (None, None, None)
    places = []
    while trace is not None:
        code = trace.tb_frame.f_code
        places.append(f"  {Path(code.co_filename).name}:{trace.tb_lineno} in {code.co_name}")
        trace = trace.tb_next
    return "\n".join([kind.__name__ if kind else "", *places])


def start_logging(file: Path, level: str = "INFO", secrets: Iterable[str] = ()) -> logging.Handler:
    """Send all records of `level` and above to `file`; return the handler for `stop_logging`."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(
        file, maxBytes=MAX_BYTES, backupCount=KEPT_FILES, encoding="utf-8", delay=True
    )
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    handler.addFilter(Redactor(secrets))
    root = logging.getLogger()
    root.addHandler(handler)
    root.setLevel(level)
    return handler


def stop_logging(handler: logging.Handler) -> None:
    """Take the handler away and close its file."""
    logging.getLogger().removeHandler(handler)
    handler.close()
