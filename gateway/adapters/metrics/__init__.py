"""What is counted: in each process, in a file that outlives it, merged when somebody asks."""
