"""The key of whoever works here: it seals ledgers and signs hand-overs."""

import os
from pathlib import Path

from loopkeeper.adapters.ledger.keys import Signer, signer_of

KEY = "LOOPKEEPER_LEDGER_KEY"
"""Name in the environment of the file of the key; in the user's own folder where it is not set."""


def own_signer() -> Signer:
    """Return it; one that is not there is made."""
    own = Path.home() / ".config" / "loopkeeper" / "ledger.key"
    return signer_of(Path(os.environ.get(KEY) or own))
