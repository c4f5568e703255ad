"""The sky as it is now: frames are judged as they arrive, and what they say is kept, answered and written down."""
