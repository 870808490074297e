"""``python -m tui`` is ``cwtop``."""

import sys

from tui.cli import main

sys.exit(main())
