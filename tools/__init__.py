"""What the project is maintained with; nothing here is installed with the gateway."""
