"""What the frames about a media server do: each is one call of the process's legs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from legalaid.realtime.protocol.sfu import (
    SfuAccept,
    SfuCandidate,
    SfuLayers,
    SfuPublish,
    SfuRestart,
    SfuResume,
)  # fmt: skip
from legalaid.realtime.sfu.legs import Seat

if TYPE_CHECKING:
    from legalaid.realtime.dialogue_socket import Conversation


def seat(talk: Conversation) -> Seat:
    """The participant of a socket, as legs know her."""
    return Seat(talk.ticket.dialogue, talk.ticket.participant, talk.outlet)


def _publish(talk: Conversation, message: SfuPublish) -> None:
    if not talk.rooms.is_live(talk.ticket.dialogue):
        return  # before the expert has admitted the citizen nobody's pictures meet
    talk.legs.publish(seat(talk), message.epoch, message.sdp, fresh=message.fresh)


def _accept(talk: Conversation, message: SfuAccept) -> None:
    talk.legs.act(seat(talk), message.epoch, lambda leg: leg.accept(message.sdp))


def _candidate(talk: Conversation, message: SfuCandidate) -> None:
    talk.legs.act(
        seat(talk),
        message.epoch,
        lambda leg: leg.candidate(receiving=message.receiving, candidate=message.candidate),
    )


def _layers(talk: Conversation, message: SfuLayers) -> None:
    talk.legs.act(seat(talk), message.epoch, lambda leg: leg.layer(message.layers))


def _restart(talk: Conversation, message: SfuRestart) -> None:
    talk.legs.act(seat(talk), message.epoch, lambda leg: leg.restart())


def _resume(talk: Conversation, message: SfuResume) -> None:
    talk.legs.resume(seat(talk), message.leg, message.have)


SFU_ACTS: dict[type, tuple[str, Callable[[Any, Any], None]]] = {
    SfuPublish: ("signal", _publish),
    SfuAccept: ("signal", _accept),
    SfuCandidate: ("signal", _candidate),
    SfuLayers: ("signal", _layers),
    SfuRestart: ("signal", _restart),
    SfuResume: ("signal", _resume),
}
