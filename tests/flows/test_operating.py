"""What an operator does by command: given once for one key, audited, given back by the platform too."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import main
from tests.flows.telegram_talks import running
from tests.flows.test_command_line import CommandLine, dogear, environment  # noqa: F401
from tests.flows.test_selling import SHOP, has, offered
from tests.platform_fakes.telegram_server import TelegramServer
from tests.talking import TITLE


def test_credits_are_given_once_for_one_key_and_told(dogear: CommandLine) -> None:  # noqa: F811
    for _ in range(2):
        given = dogear.json("credits", "grant", "20", "--intent", "welcome", "--reason", "a gift")
        assert given["entry"]["amount"] == 20
    told = dogear.json("credits", "statement")
    assert (told["balance"], told["available"], len(told["entries"])) == (20, 20, 1)
    assert told["entries"][0]["intent"] == "operator welcome"
    code, _, err = dogear.run("credits", "grant", "21", "--intent", "welcome", "--reason", "a gift")
    assert code == 1
    assert "another act" in err
    for odd in ("0", "-5", str(2**63)):
        code, out, _ = dogear.run("credits", "grant", odd, "--intent", f"odd {odd}")
        assert (code, out) in ((1, ""), (2, ""))
    assert dogear.json("credits", "audit") == {"act": "audit", "discrepancies": []}
    code, out, _ = dogear.run("credits", "statement")
    assert code == 0
    assert "a gift" in out
    assert "+20" in out


def test_an_unknown_reader_charge_or_tier_is_one_clear_line(dogear: CommandLine) -> None:  # noqa: F811
    for arguments in (
        ("grant", "5", "telegram:404"),
        ("refund", "never charged"),
        ("refund", "telegram:stxNobody"),
        ("tier", "telegram:404", "free"),
        ("statement", "nobody"),
    ):
        code, out, err = dogear.run("credits", *arguments)
        assert (code, out) == (1, "")
        assert err.count("\n") == 1
    reader = dogear.json("credits", "statement")["reader"]
    assert dogear.json("credits", "tier", reader)["tier"] == "free"
    code, _, err = dogear.run("credits", "tier", reader, "gold")
    assert code == 1
    assert "gold" in err


def test_a_licence_is_shown_set_and_reset(dogear: CommandLine) -> None:  # noqa: F811
    shown = dogear.json("license", TITLE)
    assert (shown["summaries"], shown["long_quotes"], shown["visuals"]) == (True, True, True)
    shown = dogear.json("license", TITLE, "--visuals", "no", "--note", "asked for")
    assert (shown["visuals"], shown["summaries"], shown["note"]) == (False, True, "asked for")
    assert dogear.json("license", shown["book_id"])["visuals"] is False
    assert dogear.json("license", TITLE, "--reset")["visuals"] is True
    assert dogear.run("license", "no such book")[0] == 1
    assert dogear.run("license", "0" * 32)[0] == 1


async def test_a_payment_is_given_back_by_command_and_by_telegram(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    import asyncio

    async with TelegramServer() as server:
        ada = server.person("Ada")
        monkeypatch.setenv("DOGEAR_STORAGE_EMBEDDER_KIND", "none")
        monkeypatch.setenv("DOGEAR_TELEGRAM_TOKEN", server.token)
        monkeypatch.setenv("DOGEAR_TELEGRAM_BASE_URL", server.base_url)
        async with running(tmp_path / "data", server, credits=SHOP) as run:
            charge, _ = await server.pays(ada, await offered(run, ada))
            await run.settled()
            arguments = [
                "credits",
                "refund",
                f"telegram:{charge}",
                "--json",
                "--data",
                str(tmp_path / "data"),
            ]
            for _ in range(2):
                capsys.readouterr()
                assert await asyncio.to_thread(main, arguments) == 0
                assert json.loads(capsys.readouterr().out)["taken_back"] == 20
            await run.settled()
            assert await has(run.app, "telegram", str(ada.id)) == 0
            assert [call.status for call in server.made("refundStarPayment")] == [200]
