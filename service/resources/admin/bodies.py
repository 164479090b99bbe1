"""Reading the bodies of administrators' requests, and saying what their domain refuses."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, TypeVar

import falcon
import msgspec

from indexer.errors import ConfigurationError

from ...tuning.faults import InvalidTuning, NoVersion, VersionMoved
from ...tuning.judging import InvalidJudgements, NoSet
from ...tuning.limits import MAX_BYTES
from ...tuning.model import TuningModel
from ...tuning.preview import PreviewBusy
from ...tuning.reading import read_model
from ...tuning.toml import from_toml
from ...tuning.trying import TooManyQuestions
from ..exchange import decode_json, media_type, read_body, require_utf8
from ..operations import JSON
from ..problems import RETRY_SECONDS, Fault, Problem

TOML: Final = "application/toml"
MAX_SET_BODY: Final = 8 * 1024 * 1024  # a set of judgements of the greatest size

Body = TypeVar("Body")


def json_body(req: falcon.Request, kind: type[Body], limit: int = MAX_BYTES) -> Body:
    """The body as a struct; none stands for one without members.

    Raises:
        Problem: it is none, or too large.
    """
    body = read_body(req, limit)
    if not body:
        return decode_json(b"{}", kind)
    if media_type(req) != JSON:
        raise Problem(415, "unsupported_media_type", f"Send {JSON}.")
    require_utf8(req)
    return decode_json(body, kind)


def model_body(req: falcon.Request) -> TuningModel:
    """The tuning that a request sends as JSON or as TOML; what is in it is not checked yet.

    Raises:
        Problem: it is neither.
        InvalidTuning: it is not of the right form.
    """
    kind = media_type(req)
    if kind not in (JSON, TOML):
        raise Problem(415, "unsupported_media_type", f"Send {JSON} or {TOML}.")
    require_utf8(req)
    body = read_body(req, MAX_BYTES)
    if kind == TOML:
        return from_toml(_text(body))
    try:
        data = msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Problem(400, "malformed_json", f"The body is not valid JSON: {error}") from error
    return read_model(data)


def _text(body: bytes) -> str:
    try:
        return body.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise Problem(400, "invalid_encoding", "The body is not valid UTF-8.") from error


@contextmanager
def refusals() -> Iterator[None]:
    """Turn what the domain of tuning and judgements refuses into problems."""
    try:
        yield
    except InvalidTuning as error:
        faults = tuple(Fault(fault.path or "body", fault.detail) for fault in error.faults)
        raise Problem(422, "invalid_tuning", str(error), faults) from error
    except InvalidJudgements as error:
        faults = tuple(Fault(fault.path, fault.detail) for fault in error.faults)
        raise Problem(422, "invalid_judgements", str(error), faults) from error
    except VersionMoved as error:
        raise Problem(409, "tuning_moved", _sentence(error)) from error
    except NoVersion as error:
        raise Problem(404, "no_version", _sentence(error)) from error
    except NoSet as error:
        raise Problem(404, "no_judgements", _sentence(error)) from error
    except PreviewBusy as error:
        retry = {"Retry-After": str(RETRY_SECONDS)}
        raise Problem(503, "preview_busy", _sentence(error), headers=retry) from error
    except TooManyQuestions as error:
        raise Problem(422, "too_many_questions", _sentence(error)) from error


@contextmanager
def nothing_judged() -> Iterator[None]:
    """Turn it into a problem that a set has nothing to measure with."""
    try:
        yield
    except ConfigurationError as error:
        raise Problem(
            422, "nothing_judged", "No question of the set has an article with a grade above 0."
        ) from error


def _sentence(error: Exception) -> str:
    said = str(error)
    return f"{said[:1].upper()}{said[1:]}."
