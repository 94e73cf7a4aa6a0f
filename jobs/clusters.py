"""How the processes of a queue cluster and the parent that watches over them know of each other.

A cluster has a name, a mark (see videostudio.lib.marks) and a lifeline: a pipe that only the parent holds open, so that
it ends with the parent, however that ends. Nothing of it needs network or database: it works when those do not.
"""

import os
import tempfile
from pathlib import Path

from django.conf import settings

from videostudio.lib.marks import Mark

NAME = "STUDIO_CLUSTER"
LIFELINE = "STUDIO_LIFELINE"
"""Environment variables by which the parent tells its cluster."""

PLANNED, CRASHED = "planned", "crashed"
"""Why a cluster begins nothing new: somebody wants it so, or one of its processes died."""


def folder() -> Path:
    """Where the marks of this machine's clusters are."""
    return Path(settings.DATA_DIR) / "clusters"


def workspace(name: str) -> Path:
    """Where that cluster keeps what it is working on; it is removed with the last of its processes."""
    return Path(tempfile.gettempdir()) / f"studio-{name}"


def own_name() -> str:
    """The cluster that this process belongs to; empty outside of any."""
    return os.environ.get(NAME, "")


def sign_of_life() -> None:
    """Tell the parent that this cluster works."""
    if name := own_name():
        Mark(folder() / name).touch()


def is_winding_up() -> bool:
    """Whether this cluster is to begin nothing new."""
    name = own_name()
    return bool(name and Mark(folder() / name).winding_up)
