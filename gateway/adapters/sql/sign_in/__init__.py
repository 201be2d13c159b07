"""What people prove themselves with to the console, and their sessions there."""
