"""A user in the web client."""

from __future__ import annotations

import json
from http.client import HTTPConnection
from typing import Any
from urllib.parse import urlsplit


class WebClient:
    """A session of the demo's administrator, who calls models as a browser does."""

    def __init__(self, url: str, database: str) -> None:
        self._connection = HTTPConnection(urlsplit(url).netloc, timeout=60)
        self._cookie: str | None = None
        self._post("/web/session/authenticate", db=database, login="admin", password="admin")

    def call(self, model: str, method: str, *args: object, **kwargs: object) -> Any:
        """The result of a model's method."""
        path = f"/web/dataset/call_kw/{model}/{method}"
        return self._post(path, model=model, method=method, args=list(args), kwargs=kwargs)

    def _post(self, path: str, **parameters: object) -> Any:
        headers = {"Content-Type": "application/json", **({"Cookie": self._cookie} if self._cookie else {})}
        self._connection.request("POST", path, json.dumps({"jsonrpc": "2.0", "params": parameters}), headers)
        answer = self._connection.getresponse()
        self._cookie = (answer.getheader("Set-Cookie") or self._cookie or "").partition(";")[0]
        body = json.loads(answer.read())
        assert "error" not in body, body["error"]
        return body.get("result")
