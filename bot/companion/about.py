"""What the product says of itself: help, privacy, the last receipt, what is remembered, what works."""

from __future__ import annotations

from bot import render, replies
from bot.background import Subject
from bot.commands import commands_on, find_command
from bot.companion import remembering
from bot.companion.citing import cited_spans, last_turn
from bot.companion.quoting import card_buttons, in_whole
from bot.companion.scene import MODEL_CONSENT, NO, TERMINAL, YES, Messages, Scene, ask_back, say
from bot.doctor import examine
from bot.messages import Button, Kind, OutgoingMessage
from bot.replies import sending
from storage.reader.feedback import Verdict


async def help_(scene: Scene, name: str) -> Messages:
    """List the commands, or explain one."""
    command = find_command(name) if name else None
    if name and command is None:
        yield say(replies.no_command(name, ""), kind=Kind.REFUSAL)
    elif command is not None:
        yield say(replies.explain(command))
    else:
        yield say(replies.help_all(commands_on(scene.message.conversation.platform)))


async def privacy(scene: Scene, argument: str) -> Messages:
    """Say what is kept, where, and what leaves this machine."""
    config = scene.parts.config
    settings = config.model
    embedder = config.storage.embedder
    tells = config.preparing.digest_chars_a_turn > 0
    finds = config.preparing.facts_chars_a_turn > 0
    ahead = ""
    if settings.model and (tells or finds):
        use = scene.storage.model_use
        ahead = sending.sent_ahead(
            await use.of_book(scene.reader_id, scene.talk.book_id),
            await use.today(scene.reader_id),
            config.preparing.chars_a_day,
            tells=tells,
            finds=finds,
        )
    yield say(
        sending.privacy(
            str(config.storage.data_dir) if scene.message.conversation.platform == TERMINAL else "",
            has_server=bool(config.storage.database_url),
            leaving=sending.Leaving(
                model=settings.model,
                model_address=(settings.base_url or sending.OPENAI) if settings.model else "",
                ahead=ahead,
                embedder_address=embedder.base_url if embedder.kind == "openai" else "",
                pictures=scene.parts.making.model or "",
                pictures_address=(config.pictures.base_url or sending.REPLICATE)
                if scene.parts.making.model
                else "",
                has_bucket=bool(config.storage.pictures.bucket),
            ),
        )
    )


async def model(scene: Scene, answer: str) -> Messages:
    """Say what a model is sent, and take whether this reader wants that."""
    settings = scene.parts.config.model
    if not settings.model:
        yield say(sending.NO_MODEL)
        return
    chosen = answer.strip().casefold()
    if scene.message.conversation.platform != TERMINAL and chosen in (YES, NO):
        await scene.storage.settings.keep(scene.reader_id, MODEL_CONSENT, chosen)
        yield say(sending.MODEL_CHOSEN[chosen])
        return
    yield ask_for_model(scene)


def ask_for_model(scene: Scene) -> OutgoingMessage:
    """Return the one question about sending text to a model (S9)."""
    settings = scene.parts.config.model
    where = settings.base_url or sending.OPENAI
    return ask_back(
        sending.model_question(settings.model, where),
        Button("Yes, use it", f"/model {YES}"),
        Button("No, keep all here", f"/model {NO}"),
    )


async def link(scene: Scene, code: str) -> Messages:
    """Give a code that makes another account this reader's, or take one that was given there."""
    if not scene.message.private:
        yield say(replies.LINK_IN_PRIVATE, kind=Kind.OWN)  # whoever reads the code may use it
        return
    if not code:
        yield say(replies.link_code(await scene.storage.links.issue(scene.reader_id)))
        return
    linked = await scene.storage.links.redeem(code, scene.reader_id)
    scene.linked_to = linked.reader_id
    yield say(replies.linked(linked.books))


async def doctor(scene: Scene, argument: str) -> Messages:
    """Say what works here and what is missing."""
    parts = scene.parts
    yield say(replies.examined(await examine(parts.config, parts.source, parts.storage)))


async def passage(scene: Scene, argument: str) -> Messages:
    """Open a citation of the last answer; after a move back, those past the place are gone (S5)."""
    view = await scene.view()
    cited = await cited_spans(scene, view)
    if not cited:
        yield say(replies.NO_ANSWER_YET)
        return
    number = int(argument) if argument.isdecimal() else 0
    if not argument:
        yield say(
            render.citations(view, cited),
            *[Button(f"{n}", f"/passage {n}") for n in range(1, len(cited) + 1)],
        )
    elif not 1 <= number <= len(cited):
        yield say(replies.NO_SUCH_PASSAGE)
    else:
        span = cited[number - 1]
        buttons = await card_buttons(scene, view.card.book_id, in_whole(view, span))
        yield say(render.passage(view, span), *buttons, kind=Kind.ANSWER)


async def receipt(scene: Scene, argument: str) -> Messages:
    """Say what the last answer used (S52), as far as the place of now allows."""
    view = await scene.view()
    last = await last_turn(scene, view)
    yield say(render.receipt(view, last) if last else replies.NO_ANSWER_YET)


async def memories(scene: Scene, argument: str) -> Messages:
    """Show what is remembered of this talk at this place (S37), or forget it."""
    view = await scene.view()
    book_id = view.card.book_id
    if argument.strip().casefold() == "forget":
        await scene.parts.background.stop(Subject(scene.reader_id, book_id))  # what it notes would come back
        turns = await scene.storage.turns.forget(scene.reader_id, book_id)
        kept = await scene.storage.memories.forget(scene.reader_id, book_id)
        scene.talk.cited = ()
        yield say(replies.forgotten(turns, kept))
        return
    room = remembering.room_of(scene)
    found = await scene.storage.memories.list_memories(scene.reader_id, view.horizon, room=room)
    summary = await scene.storage.memories.find_summary(scene.reader_id, view.horizon, room)
    texts = [summary.text] if summary else []
    texts += [remembering.worded(memory) for memory in found]
    if not texts:
        yield say(replies.NOTHING_REMEMBERED)
        return
    yield say(render.listed(texts), Button("Forget it all", "/memories forget"))


async def stop(scene: Scene, argument: str) -> Messages:
    """Say that nothing is in hand: what is, a platform stops before its turn comes."""
    yield say(replies.NOTHING_TO_STOP, kind=Kind.OWN)


async def feedback(scene: Scene, argument: str) -> Messages:
    """Keep what a reader says of an answer; one that spoiled is hidden, with the way back offered (S52)."""
    said, _, turn_id = argument.partition(" ")
    if said not in tuple(Verdict):
        yield say(replies.ANSWER_GONE, kind=Kind.OWN)
        return
    if not await scene.storage.feedback.keep(scene.reader_id, turn_id, Verdict(said)):
        yield say(replies.ANSWER_GONE, kind=Kind.OWN)
    elif said != Verdict.SPOILED:
        yield say(replies.THANKS, kind=Kind.OWN)
    else:
        view = await scene.view()
        scene.talk.cited = ()
        buttons = (Button("Set my place", "/pick"), Button("What it used", "/receipt"))
        yield OutgoingMessage(replies.spoiled(render.upto(view)), Kind.OWN, buttons, in_place=True)


async def dismiss(scene: Scene, argument: str) -> Messages:
    """Leave everything as it was."""
    yield say(replies.STAYED if argument == "place" else replies.NOTHING_CHANGED, kind=Kind.OWN)
