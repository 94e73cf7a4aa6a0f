"""Replicate's HTTP API on this machine: real pictures and films, a bill that is only counted, and failures to order.

Run by itself with `python -m tests.replicate_server --port 21000`, or in tests as `with ReplicateServer() as server`.
"""

from tests.replicate_server.server import ReplicateServer

__all__ = ["ReplicateServer"]
