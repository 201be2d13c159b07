"""People at work on what citizens have told: cases, and messages to the help desk."""
