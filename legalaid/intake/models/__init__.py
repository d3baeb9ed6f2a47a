"""Requests, who acts for their citizens, and the papers that came with them."""

from legalaid.intake.models.papers import Paper, PaperPage
from legalaid.intake.models.requests import HelpRequest, ThirdParty, TopicChoice

__all__ = ["HelpRequest", "Paper", "PaperPage", "ThirdParty", "TopicChoice"]
