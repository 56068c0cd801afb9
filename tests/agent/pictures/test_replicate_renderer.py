"""Pictures through the real `replicate` client, aimed at a service that misbehaves: A6, T53."""

from __future__ import annotations

import io

import pytest
from PIL import Image

from agent.pictures.brief import Brief, Detail, Subject
from agent.pictures.making import render
from agent.pictures.renderer import Order, Refusal, Rendered, RenderError
from agent.pictures.replicate_renderer import ReplicateRenderer, ReplicateSettings
from tests.platform_fakes.picture_server import KEY, MODEL, VERSION, PictureServer

BRIEF = Brief(Subject.PERSON, (Detail("hair", "red hair", 10, 18, 30),))
ORDER = Order("o1", "A portrait, red hair.", BRIEF, "ink", "512x512", seed=77)


def renderer(server: PictureServer, **settings: object) -> ReplicateRenderer:
    given = {"model": MODEL, "key": KEY, "base_url": server.url, "poll_seconds": 0.01, "timeout_seconds": 5.0}
    return ReplicateRenderer(ReplicateSettings(**{**given, **settings}))  # type: ignore[arg-type]


async def made(server: PictureServer, *, was_tried: bool = False, **settings: object) -> Rendered:
    async def began(_ticket: str) -> None:
        pass

    one = renderer(server, **settings)
    try:
        return await render(one, ORDER, "", began, was_tried=was_tried, pause_seconds=0.01)
    finally:
        await one.close()


@pytest.mark.parametrize("version", ["", VERSION])
async def test_a_picture_is_made_of_the_prompt_and_nothing_rides_along(version: str) -> None:
    async with PictureServer() as server:
        got = await made(server, version=version)
        assert (got.width, got.height) == (256, 256)
        assert got.png.startswith(b"\x89PNG")
        assert b"stranger" not in got.png
        assert server.creates == 1
        (sent,) = server.predictions.values()
        assert sent.input == {
            "prompt": "A portrait, red hair.",
            "seed": 77,
            "width": 512,
            "height": 512,
            "output_format": "png",
        }


@pytest.mark.parametrize("how", ["lost", "500"])
async def test_an_order_whose_reply_was_lost_is_found_and_not_given_twice(how: str) -> None:
    async with PictureServer() as server:
        server.plan.append(how)
        await made(server)
        assert server.creates == 1


async def test_an_order_that_was_not_taken_is_given_again() -> None:
    async with PictureServer() as server:
        server.plan.extend(["lost before", "429"])
        await made(server)
        assert server.creates == 1
        assert len(server.requests) == 3


async def test_an_order_of_a_killed_process_is_found_by_its_own_seed_and_prompt() -> None:
    async with PictureServer() as server:
        await made(server)
        await made(server, was_tried=True)
        assert server.creates == 1


@pytest.mark.parametrize(
    ("how", "why"),
    [
        ("unsafe", Refusal.UNSAFE),
        ("failed", Refusal.FAILED),
        ("canceled", Refusal.CANCELLED),
        ("aborted", Refusal.CANCELLED),
        ("no picture", Refusal.NO_PICTURE),
        ("svg", Refusal.NO_PICTURE),
        ("tiny", Refusal.NO_PICTURE),
        ("bomb", Refusal.NO_PICTURE),
        ("gone", Refusal.NO_PICTURE),
        ("elsewhere", Refusal.NO_PICTURE),
        ("nothing", Refusal.NO_PICTURE),
    ],
)
async def test_what_is_no_picture_is_refused_with_its_reason(how: str, why: Refusal) -> None:
    async with PictureServer() as server:
        server.plan.append(how)
        with pytest.raises(RenderError) as error:
            await made(server)
        assert error.value.refusal is why
        assert server.creates == 1


async def test_what_takes_too_long_is_cancelled_and_given_up() -> None:
    async with PictureServer() as server:
        server.plan.append("slow")
        with pytest.raises(RenderError) as error:
            await made(server, timeout_seconds=0.1)
        assert error.value.refusal is Refusal.TIMED_OUT
        assert len(server.cancels) == 1


async def test_looks_that_fail_are_looked_again() -> None:
    async with PictureServer() as server:
        server.busy_looks = 2
        assert (await made(server)).width == 256
        assert server.creates == 1


async def test_a_wrong_key_is_told_apart_and_shown_nowhere() -> None:
    async with PictureServer() as server:
        with pytest.raises(RenderError) as error:
            await made(server, key="r8-wrong")
        assert error.value.refusal is Refusal.UNREACHABLE
        assert "r8-wrong" not in repr(error.value.__cause__)
        assert "r8" not in repr(ReplicateSettings(MODEL, key=KEY))


async def test_a_jpeg_comes_out_as_a_png_and_a_large_one_smaller() -> None:
    async with PictureServer() as server:
        server.plan.append("jpeg")
        got = await made(server)
        assert Image.open(io.BytesIO(got.png)).format == "PNG"


async def test_a_reference_goes_along_where_the_model_takes_one() -> None:
    async with PictureServer() as server:
        one = renderer(server, reference_input="image_prompt")
        order = Order("o2", "p", BRIEF, "ink", "512x512", 1, references=(b"\x89PNG...",))
        await one.begin(order)
        await one.close()
        (sent,) = server.predictions.values()
        assert sent.input["image_prompt"].startswith("data:image/png;base64,")
