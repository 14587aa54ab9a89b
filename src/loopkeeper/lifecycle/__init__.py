"""
Work: survey → design → build → commission → monitor → evaluate → diagnose → correct.

The stages do not import each other; they meet through the records of ``plant``.
"""
