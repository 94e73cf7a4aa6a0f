"""Everything that belongs to making a film, one noun a file."""

from jobs.models.alert import Alert, Severity
from jobs.models.catalogue import CatalogueModel, Price
from jobs.models.event import JobEvent
from jobs.models.film import Clip, Export, Film
from jobs.models.job import Job
from jobs.models.ledger import BudgetDay, LedgerEntry
from jobs.models.orphan import Orphan, OrphanState
from jobs.models.prediction import Prediction
from jobs.models.review import Approval
from jobs.models.scene import Scene, Take
from jobs.models.step import Step

__all__ = [
    "Alert",
    "Approval",
    "BudgetDay",
    "CatalogueModel",
    "Clip",
    "Export",
    "Film",
    "Job",
    "JobEvent",
    "LedgerEntry",
    "Orphan",
    "OrphanState",
    "Prediction",
    "Price",
    "Scene",
    "Severity",
    "Step",
    "Take",
]
