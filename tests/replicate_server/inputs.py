"""Read what a request brings along: uploaded files, and the pictures its input points to."""

import base64
import binascii
import re
from typing import Any

from tests.replicate_server.answers import Views
from tests.replicate_server.models import Model
from tests.replicate_server.outputs import content, readable
from tests.replicate_server.store import Store


class UnreadableInput(Exception):
    """The text with which the prediction fails."""


def form_file(content_type: str, body: bytes) -> tuple[str, str, bytes] | None:
    """Name, type and bytes of the part `content` of a multipart form, or None."""
    boundary = re.search(r'boundary="?([^";]+)', content_type)
    if not boundary:
        return None
    for part in body.split(b"--" + boundary[1].encode())[1:-1]:
        head, _, data = part.partition(b"\r\n\r\n")
        header = head.decode("utf-8", "replace")
        if re.search(r'\bname="content"', header):
            name = re.search(r'filename="([^"]*)"', header)
            kind = re.search(r"content-type:\s*(\S+)", header, re.IGNORECASE)
            data = data.removesuffix(b"\r\n")
            return (name[1] if name else "file"), (kind[1] if kind else "application/octet-stream"), data
    return None


def read_media(model: Model, given: dict[str, Any], store: Store, views: Views) -> list[bytes]:
    """The pictures (or the film) that an input names, in the order of the model's fields.

    Our own files and outputs and `data:` addresses are read; those elsewhere are taken on trust and left out.
    """
    found = []
    for name, rules in model.inputs.items():
        value = given.get(name)
        if value is None or "uri" not in (rules.get("format"), rules.get("items", {}).get("format")):
            continue
        for address in value if isinstance(value, list) else [value]:
            data = _read(address, store, views)
            if data is None:
                continue
            if model.kind != "upscale" and not readable(data):
                raise UnreadableInput(f"The input was invalid: cannot identify image file in {name} (E006)")
            found.append(data)
    return found


def _read(address: str, store: Store, views: Views) -> bytes | None:
    files, outputs = f"{views.base_url}/files/", f"{views.origin}/outputs/"
    if address.startswith("data:"):
        try:
            return base64.b64decode(address.partition(",")[2], validate=True)
        except binascii.Error:
            raise UnreadableInput("The input was invalid: bad data URI (E006)") from None
    if address.startswith(files):
        file = store.file(address.removeprefix(files))
        if file is None:
            raise UnreadableInput(f"HTTPError: 404 Client Error: Not Found for url: {address}")
        return file.data
    if address.startswith(outputs):
        prediction_id, _, name = address.removeprefix(outputs).partition("/")
        prediction = store.get(prediction_id)
        if prediction is None or prediction.status != "succeeded" or store.data_removed(prediction):
            raise UnreadableInput(f"HTTPError: 404 Client Error: Not Found for url: {address}")
        return content(prediction, name)
    return None
