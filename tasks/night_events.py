"""Events that `flows.check_nights` sends to Prefect, and on which the automations of its server act. Imports nothing."""

CHECKED = "nightshift.nights.checked"
NOT_COMPLETE = "nightshift.nights.not-complete"
