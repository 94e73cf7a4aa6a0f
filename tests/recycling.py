"""The studio's settings, with worker processes that are replaced after every task."""

from videostudio.settings import *  # noqa: F403
from videostudio.settings import Q_CLUSTER

Q_CLUSTER["recycle"] = 1
