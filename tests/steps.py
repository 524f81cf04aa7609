"""Run inside Odoo by `Site.inside`: actions without an API, such as a STOP by SMS, in one transaction as superuser.

argv: a file with a JSON list of steps, and the file for their results (ids of created records). A step is {"model",
"create": [vals, ...]} or {"model", "ids", "call", "arguments", "kwargs"}.
"""

import json
import sys
from pathlib import Path

steps = json.loads(Path(sys.argv[1]).read_text())
results = []
for step in steps:
    model = env[step["model"]].with_context(**step.get("context", {}))  # noqa: F821
    if "create" in step:
        made = model.create(step["create"])
    else:
        made = getattr(model.browse(step["ids"]), step["call"])(*step.get("arguments", []), **step.get("kwargs", {}))
    results.append(made.ids if hasattr(made, "ids") else made)
Path(sys.argv[2]).write_text(json.dumps(results))
