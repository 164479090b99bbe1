"""``/api/v1/openapi.json``: OpenAPI 3.1, made from the routes, the parameter tables and the structs.

spectree, which was looked at first, reads its parameters from models and Falcon's router from the
inside; here one table of parameters already drives the reader, and the structs that encode the
answers give their own JSON Schema. What is left is to put the two together.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, Final

import falcon
import msgspec

from .exchange import conditional, no_parameters, tag_of
from .operations import HTML, JSON, Operation
from .parameters import MAX_LABEL, Parameter
from .problems import MEDIA_PROBLEM, TITLES, ProblemMedia

_REF: Final = "#/components/schemas/{name}"
_PATH_HELP: Final = {
    "article_id": "identity of the article",
    "key_id": "identity of the key",
    "task_id": "identity of the task",
    "version": "number of the version",
    "set_name": "name of the set of judgements",
    "report": "name of the report",
}
_LABEL: Final = {"type": "string", "maxLength": MAX_LABEL, "pattern": r"^[^\u0000]*$"}
_ID_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._~-]{0,127}$"


class Described(msgspec.Struct, frozen=True):
    """A route and what its methods promise."""

    path: str
    operations: Mapping[str, Operation]


def describe(routes: Sequence[Described], version: str) -> dict[str, Any]:
    """The whole description as plain data."""
    schemas = _schemas(routes)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Broadsheet",
            "version": version,
            "description": "Full-text search for a site of articles.",
        },
        "paths": {route.path: _path_item(route) for route in routes},
        "components": {
            "schemas": schemas,
            "securitySchemes": {"key": {"type": "http", "scheme": "bearer"}},
        },
    }


def _schemas(routes: Sequence[Described]) -> dict[str, Any]:
    structs: dict[type[Any], None] = {ProblemMedia: None}
    for route in routes:
        for operation in route.operations.values():
            found = [operation.media, *(operation.bodies or {}).values()]
            structs.update(dict.fromkeys(kind for kind in found if isinstance(kind, type)))
    _, schemas = msgspec.json.schema_components(structs, ref_template=_REF)
    return schemas


def _reference(kind: type[Any]) -> dict[str, str]:
    return {"$ref": _REF.format(name=kind.__name__)}


def _path_item(route: Described) -> dict[str, Any]:
    item: dict[str, Any] = {}
    names = [part.strip("{}") for part in route.path.split("/") if part.startswith("{")]
    if names:
        item["parameters"] = [_path_parameter(name) for name in names]
    for method, operation in route.operations.items():
        item[method] = _operation(operation, method, route.path)
        if method == "get":
            item["head"] = _head(item["get"])
    return item


def _path_parameter(name: str) -> dict[str, Any]:
    schema = {"type": "string", "pattern": _ID_PATTERN}
    return {"name": name, "in": "path", "required": True, "description": _PATH_HELP[name], "schema": schema}


def _operation(operation: Operation, method: str, path: str) -> dict[str, Any]:
    described: dict[str, Any] = {
        "operationId": operation_id(method, path),
        "summary": operation.summary,
        "parameters": [_parameter(parameter) for parameter in operation.parameters],
        "responses": _responses(operation),
    }
    if operation.bodies:
        described["requestBody"] = {
            "required": operation.body_required,
            "content": {media: _body(kind) for media, kind in operation.bodies.items()},
        }
    if operation.secured:
        described["security"] = [{"key": []}]
    return described


def operation_id(method: str, path: str) -> str:
    """The name of an operation: ``get_articles_article_id_extracted``."""
    words = re.findall(r"\w+", path.removeprefix("/api/v1"))
    return "_".join([method, *words] if words else [method, "page"])


def _head(described: Mapping[str, Any]) -> dict[str, Any]:
    """HEAD: what GET answers, without the body."""
    responses = {
        status: {key: value for key, value in response.items() if key != "content"}
        for status, response in described["responses"].items()
    }
    return {**described, "operationId": "head" + described["operationId"][3:], "responses": responses}


def _parameter(parameter: Parameter) -> dict[str, Any]:
    described: dict[str, Any] = {
        "name": parameter.name,
        "in": "query",
        "description": f"{parameter.help} ({parameter.allowed})",
        "schema": _schema(parameter),
    }
    if parameter.many:
        described |= {"style": "form", "explode": True}
    return described


def _schema(parameter: Parameter) -> dict[str, Any]:
    match parameter.kind:
        case "text":
            # NOTE: no control character is useful in a query; NUL is refused.
            return {"type": "string", "maxLength": parameter.high, "pattern": r"^[^\u0000]*$"}
        case "flag":
            return {"type": "boolean", "default": parameter.default == "1"}
        case "number":
            bounds = {"minimum": parameter.low} | ({} if parameter.capped else {"maximum": parameter.high})
            return {"type": "integer", **bounds, "default": int(parameter.default)}
        case "day":
            return {"anyOf": [{"type": "string", "format": "date"}, {"const": ""}]}
        case "choice":
            default = {"default": parameter.default} if parameter.default else {}
            return {"type": "string", "enum": list(parameter.choices), **default}
        case "choices":
            return {"type": "array", "items": {"type": "string", "enum": list(parameter.choices)}}
        case "label":
            return dict(_LABEL)
        case "labels":
            return {"type": "array", "items": dict(_LABEL)}


def _body(kind: type[Any] | None) -> dict[str, Any]:
    return {"schema": _reference(kind) if kind else {"type": "string"}}


def _responses(operation: Operation) -> dict[str, Any]:
    responses = {str(operation.status): _good(operation)}
    if operation.conditional:
        responses["304"] = {"description": TITLES[304]}
    if operation.moves:
        responses["303"] = {"description": TITLES[303]}
    for status in operation.problems:
        responses[str(status)] = _page(status) if operation.media == HTML else _problem(status)
    responses["default"] = _other(page=operation.media == HTML)
    return responses


def _other(*, page: bool) -> dict[str, Any]:
    """What the server may answer wherever it is asked: 405, 414, 431, 500."""
    content: dict[str, Any] = {MEDIA_PROBLEM: {"schema": _reference(ProblemMedia)}}
    if page:
        content[HTML] = {"schema": {"type": "string"}}
    return {"description": "Any other error", "content": content}


def _page(status: int) -> dict[str, Any]:
    """A problem as a person is told of it."""
    return {"description": TITLES[status], "content": {HTML: {"schema": {"type": "string"}}}}


def _good(operation: Operation) -> dict[str, Any]:
    media = operation.media
    content = (
        {JSON: {"schema": _reference(media)}}
        if isinstance(media, type)
        else {}
        if not media
        else {media: {"schema": {"type": "string"}}}
    )
    response: dict[str, Any] = {"description": operation.summary, "content": content}
    names = (*operation.headers, *(("ETag",) if operation.conditional else ()))
    if operation.leads_to:
        response["links"] = {name: _link(name, *rest) for name, *rest in operation.leads_to}
    if names:
        response["headers"] = {name: {"schema": {"type": "string"}} for name in names}
    return response


def _link(operation: str, parameter: str, member: str) -> dict[str, Any]:
    return {"operationId": operation, "parameters": {parameter: f"$response.body#/{member}"}}


def _problem(status: int) -> dict[str, Any]:
    response: dict[str, Any] = {
        "description": TITLES[status],
        "content": {MEDIA_PROBLEM: {"schema": _reference(ProblemMedia)}},
    }
    if status in (429, 503):
        response["headers"] = {"Retry-After": {"schema": {"type": "integer"}}}
    return response


class OpenApiResource:
    """The description itself."""

    operations: ClassVar[Mapping[str, Operation]] = {}

    def __init__(self, description: Mapping[str, Any]) -> None:
        self._data = msgspec.json.encode(description)

    def on_get(self, req: falcon.Request, resp: falcon.Response) -> None:
        """Send the description."""
        no_parameters(req.query_string)
        if not conditional(req, resp, tag_of(self._data)):
            resp.content_type = falcon.MEDIA_JSON
            resp.data = self._data

    on_head = on_get
