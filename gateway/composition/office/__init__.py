"""What people work with at the desk: cases, the help desk, institutions and their audit."""
