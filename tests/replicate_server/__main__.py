"""Run the stand-in by itself."""

import argparse
import contextlib

from tests.replicate_server.server import TOKEN, ReplicateServer


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.replicate_server", description=__doc__)
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=21000)
    parser.add_argument("--token", default=TOKEN)
    parser.add_argument("--image-seconds", type=float, default=2, help="how long a picture takes")
    parser.add_argument("--video-seconds", type=float, default=10, help="how long a film takes")
    parser.add_argument("--start-seconds", type=float, default=0, help="how long a run waits before it starts")
    parser.add_argument("--output-seconds", type=float, default=3600, help="when outputs are deleted")
    parser.add_argument("--file-seconds", type=float, default=86400, help="when uploaded files are deleted")
    parser.add_argument("--bill-failed", action="store_true", help="charge for failed runs too")
    server = ReplicateServer(**vars(parser.parse_args()))
    print(f"REPLICATE_API_BASE={server.base_url} REPLICATE_API_KEY={server.token}", flush=True)  # noqa: T201
    with contextlib.suppress(KeyboardInterrupt):
        server.serve()


if __name__ == "__main__":
    main()
