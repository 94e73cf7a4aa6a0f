"""What administrators see of the studio: models and prices to edit, everything that happened to read."""

from jobs.admin import budgets, catalogue, jobs, records

__all__ = ["budgets", "catalogue", "jobs", "records"]
