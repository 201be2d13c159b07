"""SMS from subscribers: accepted, routed, answered."""
