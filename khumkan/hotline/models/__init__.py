"""The tables of the hotline, by subject."""

from khumkan.hotline.models.calls import Call, CallBack, CallBackTry, CallCount, IncomingMessage, Surge
from khumkan.hotline.models.cases import Case, CaseStep, Presence, Review, Verification
from khumkan.hotline.models.knowledge import Article, ArticleStep, ArticleVersion, SearchGap, Synonym
from khumkan.hotline.models.reading import Decoy, Reading, ReadingAlert

__all__ = [
    "Article",
    "ArticleStep",
    "ArticleVersion",
    "Call",
    "CallBack",
    "CallBackTry",
    "CallCount",
    "Case",
    "CaseStep",
    "Decoy",
    "IncomingMessage",
    "Presence",
    "Reading",
    "ReadingAlert",
    "Review",
    "SearchGap",
    "Surge",
    "Synonym",
    "Verification",
]
