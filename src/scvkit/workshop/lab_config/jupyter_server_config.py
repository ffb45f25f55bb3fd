"""What the server of `scvkit lab` does before it saves: outputs of a client are never written.

They stay on the screen. Jupyter reads this file by its name; it imports nothing of the kit, so
that the lab is open in a moment.
"""

from __future__ import annotations

import os
from typing import Any


def without_outputs(model: dict[str, Any], **_: object) -> None:
    """Take outputs, counts and the state of widgets out of a notebook that is about to be saved.

    The sample client's outputs are invented and stay.
    """
    if model.get("type") != "notebook" or os.environ.get("SCVKIT_KEEP_OUTPUTS"):
        return
    document = model["content"]
    for cell in document.get("cells", ()):
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
    document.get("metadata", {}).pop("widgets", None)


if "get_config" in globals():
    config = get_config()  # type: ignore[name-defined]  # noqa: F821
    config.FileContentsManager.pre_save_hook = without_outputs
    # The folder of custom.css has no setting of its own.
    custom = os.path.join(os.path.dirname(__file__), "custom")  # noqa: PTH118, PTH120
    config.ServerApp.tornado_settings = {"static_custom_path": [custom]}
