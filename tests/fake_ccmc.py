"""The command on the fake claims: python fake_ccmc.py verify good."""

import sys

import fake_claims

if __name__ in ("__main__", "__mp_main__"):  # the command, and its workers
    sys.modules["checks.claims"] = fake_claims
    sys.modules["checks.evidence"] = fake_claims

if __name__ == "__main__":
    from checks.cli import main

    main()
