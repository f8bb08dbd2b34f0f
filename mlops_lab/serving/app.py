"""The HTTP application: TensorFlow Serving's REST API and the Open Inference Protocol v2."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
from fastapi import FastAPI, Request, Response
from starlette.convertors import Convertor, register_url_convertor
from starlette.exceptions import HTTPException

from mlops_lab.serving import describe, routes
from mlops_lab.serving.bulk import Bulk
from mlops_lab.serving.errors import RequestError
from mlops_lab.serving.faults import report_of_loop
from mlops_lab.serving.inference import encode_infer, parse_infer
from mlops_lab.serving.middleware import (
    RequestMiddleware,
    answer_http_error,
    answer_other_error,
    answer_request_error,
    context_of,
    path_names,
    pick,
    read_body,
    reply,
)
from mlops_lab.serving.payload import encode_predict, parse_json, parse_predict
from mlops_lab.serving.service import Picked, Service
from mlops_lab.serving.settings import Settings

__all__ = ["build"]

_ROUTE_FIELDS = ("kind", "version", "shadow", "canary", "share")


def build(settings: Settings) -> RequestMiddleware:
    """Return the application that serves a model folder; it loads the models when it starts."""
    service = Service(settings)

    @asynccontextmanager
    async def life(_: FastAPI) -> AsyncIterator[None]:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(report_of_loop)
        await loop.run_in_executor(None, service.refresh)
        watching = asyncio.create_task(service.watch())
        yield
        watching.cancel()
        service.close()

    register_url_convertor("word", Word())
    app = FastAPI(
        title="MLOps Lab model server",
        version=describe.version(),
        lifespan=life,
        docs_url=None,  # these pages load their scripts from the internet
        redoc_url=None,
        exception_handlers={
            RequestError: answer_request_error,
            HTTPException: answer_http_error,
            Exception: answer_other_error,
        },
    )
    online = Online(service)
    _add_models(app, online, Bulk(service))
    _add_server(app, service)
    return RequestMiddleware(app, service)


class Word(Convertor[str]):
    """A part of a path without a colon: what follows one is a verb, such as ``:predict``."""

    regex = "[^/:]+"

    def convert(self, value: str) -> str:
        """Return it as it is."""
        return value

    def to_string(self, value: str) -> str:
        """Return it as it is."""
        return value


class Online:
    """The endpoints of models."""

    def __init__(self, service: Service) -> None:
        self.service = service
        self.settings = service.settings

    async def _body(self, request: Request) -> bytes:
        return await read_body(request, self.settings.max_bytes, self.settings.read_timeout)

    async def predict(self, request: Request) -> Response:
        """Predict, the way of TensorFlow Serving."""
        picked = pick(request, self.service, "predict")
        inputs, form = parse_predict(await self._body(request), picked.runner.inputs)
        return reply(encode_predict(await self._outputs(request, picked, inputs), form))

    async def infer(self, request: Request) -> Response:
        """Infer, the way of the Open Inference Protocol."""
        picked = pick(request, self.service, "infer")
        runner = picked.runner
        inputs, document = parse_infer(await self._body(request), runner.inputs, runner.outputs)
        outputs = await self._outputs(request, picked, inputs)
        of = picked.version
        return reply(encode_infer(outputs, document, model=of.model, version=of.number))

    async def _outputs(self, request: Request, picked: Picked, inputs: Any) -> Any:  # noqa: ANN401
        this = context_of(request)
        answer = await self.service.answer(picked, inputs, this.started)
        self.service.metrics.timing(
            this.model, this.version, time.perf_counter() - this.started, answer
        )
        this.more = {
            "rows": len(next(iter(inputs.values()))),
            "batch": answer.batch,
            "waited": round(answer.waited, 6),
            "took": round(answer.took, 6),
        }
        return answer.outputs

    async def status(self, request: Request) -> Response:
        """Tell the state of a model's versions."""
        context_of(request).endpoint = "status"
        model, version, label = path_names(request)
        versions = self.service.models.versions(model)
        if version or label:
            number = self.service.number(model, version, label)
            versions = {number: versions[number]} if number in versions else {}
            if not versions:
                self.service.models.find(model, number)
        return reply(orjson.dumps(describe.status(versions)))

    async def metadata(self, request: Request) -> Response:
        """Tell the inputs and outputs of a model, the way of TensorFlow Serving."""
        picked = pick(request, self.service, "metadata")
        return reply(orjson.dumps(describe.metadata(picked.version)))

    async def model(self, request: Request) -> Response:
        """Tell the inputs and outputs of a model, the way of the Open Inference Protocol."""
        picked = pick(request, self.service, "model")
        known = self.service.models.available(picked.version.model)
        return reply(orjson.dumps(describe.model(picked.version, known)))

    async def ready(self, request: Request) -> Response:
        """Tell whether a model can answer: 503 if not."""
        picked = pick(request, self.service, "ready")
        return reply(orjson.dumps({"name": picked.version.model, "ready": True}))


def _add_models(app: FastAPI, online: Online, bulk: Bulk) -> None:
    forms = ["", "/versions/{version}", "/labels/{label}"]
    posts = [("predict", online.predict), ("batch", bulk.answer)]
    for form in forms:
        for verb, handler in posts:
            describe.add(app, "POST", f"/v1/models/{{model}}{form}:{verb}", handler, verb)
        describe.add(app, "GET", f"/v1/models/{{model}}{form}/metadata", online.metadata)
        describe.add(app, "GET", f"/v1/models/{{model}}{form}", online.status)
    for form in forms[:2]:
        describe.add(app, "POST", f"/v2/models/{{model}}{form}/infer", online.infer, "infer")
        describe.add(app, "GET", f"/v2/models/{{model}}{form}/ready", online.ready)
        describe.add(app, "GET", f"/v2/models/{{model}}{form}", online.model)


def _add_server(app: FastAPI, service: Service) -> None:
    async def server(request: Request) -> Response:
        context_of(request).endpoint = "server"
        return reply(orjson.dumps(describe.server()))

    async def live(request: Request) -> Response:
        context_of(request).endpoint = "live"
        return reply(b'{"live":true}')

    async def all_ready(request: Request) -> Response:
        context_of(request).endpoint = "ready"
        if why := service.models.unready():
            raise RequestError(503, "not-available", why, headers={"Retry-After": "1"})
        return reply(b'{"ready":true}')  # the server takes no connection before its models load

    async def metrics(request: Request) -> Response:
        context_of(request).endpoint = "metrics"
        return Response(service.scraped(), media_type="text/plain; version=0.0.4")

    async def get_route(request: Request) -> Response:
        model = _routed(request, service)
        return _route(service, model)

    async def put_route(request: Request) -> Response:
        model = _routed(request, service)
        body = await read_body(request, 2**16, service.settings.read_timeout)
        try:
            route = routes.parse_route(parse_json(body))
        except ValueError as error:
            first = str(error).split()[0]
            field = first if first in _ROUTE_FIELDS else "kind"
            raise RequestError(400, "route", str(error), field) from None
        service.set_route(model, route)
        return _route(service, model)

    async def delete_route(request: Request) -> Response:
        model = _routed(request, service)
        service.drop_route(model)
        return _route(service, model)

    describe.add(app, "GET", "/v2", server)
    describe.add(app, "GET", "/v2/health/live", live)
    describe.add(app, "GET", "/v2/health/ready", all_ready)
    describe.add(app, "GET", "/metrics", metrics)
    describe.add(app, "GET", "/routes/{model}", get_route)
    describe.add(app, "PUT", "/routes/{model}", put_route, "route")
    describe.add(app, "DELETE", "/routes/{model}", delete_route)


def _routed(request: Request, service: Service) -> str:
    context_of(request).endpoint = "routes"
    model, _, _ = path_names(request)
    service.models.versions(model)
    return model


def _route(service: Service, model: str) -> Response:
    route = service.routes.get(model)
    if route is None:
        return reply(orjson.dumps({"kind": "single", "version": service.models.highest(model)}))
    return reply(orjson.dumps(routes.document_of(route)))
