"""What is known: classifiers, forward models and the vocabulary they share.

Nothing here knows Prefect, a database or a network: arrays and dataclasses in, dataclasses out.
"""
