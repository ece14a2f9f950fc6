"""``python -m byssus``."""

import sys

from byssus.cli import main

if __name__ == "__main__":
    sys.exit(main())
