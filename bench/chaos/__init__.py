"""Jobs under fire: users, processes that are killed, a provider that misbehaves, and then a count of what it cost.

See `python -m bench.chaos --help`.
"""
