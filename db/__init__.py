"""What is remembered: the ledger, the verdicts, the objects."""
