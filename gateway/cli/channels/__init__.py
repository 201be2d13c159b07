"""`gateway channels`: their webhooks, how each stands, and how their providers are spoken to."""
