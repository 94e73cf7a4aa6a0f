"""What administrators see of the studio: models and prices to edit, everything that happened to read."""

from jobs.admin import alerts, budgets, catalogue, jobs, orphans, records

__all__ = ["alerts", "budgets", "catalogue", "jobs", "orphans", "records"]
