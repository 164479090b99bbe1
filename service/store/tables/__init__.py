"""The tables of the store, each in the module of what it is for; migrations make them."""

from . import analytics, audit, identity, judgements, tuning
from .base import metadata

__all__ = ["analytics", "audit", "identity", "judgements", "metadata", "tuning"]
