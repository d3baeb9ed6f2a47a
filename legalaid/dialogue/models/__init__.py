"""The live dialogue: who takes part, through which connections, and the numbered list of what happened in it."""

from legalaid.dialogue.models.dialogues import Dialogue, DialogueEvent
from legalaid.dialogue.models.invitations import AsideNote, Invitation
from legalaid.dialogue.models.line import DeviceCheck, LineSample
from legalaid.dialogue.models.media import DialoguePolicy, MediaNode, MediaRoom
from legalaid.dialogue.models.people import Connection, Participant
from legalaid.dialogue.models.recording import Recording, RecordingChunk, RecordingConsent

__all__ = [
    "AsideNote",
    "Connection",
    "DeviceCheck",
    "Dialogue",
    "DialogueEvent",
    "DialoguePolicy",
    "Invitation",
    "LineSample",
    "MediaNode",
    "MediaRoom",
    "Participant",
    "Recording",
    "RecordingChunk",
    "RecordingConsent",
]
