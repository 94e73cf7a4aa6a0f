"""A made-up client and brand to try the studio with."""

from brands.demo.data import SAMPLE_BRIEF

__all__ = ["SAMPLE_BRIEF"]
