"""Figures for the record, ours beside those of Odoo's own queue."""

import json

from dev.home import REPOSITORY

KEPT = REPOSITORY / "docs" / "benchmarks" / "verify.json"


def keep(name, figures):
    """Print figures and store them; those under other names stay."""
    print(f"\n{name}: {json.dumps(figures, sort_keys=True)}")
    kept = json.loads(KEPT.read_text()) if KEPT.exists() else {}
    kept[name] = figures
    KEPT.parent.mkdir(parents=True, exist_ok=True)
    KEPT.write_text(json.dumps(kept, indent=2, sort_keys=True) + "\n")
