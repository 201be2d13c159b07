"""What offices work on, where it needs several rooms: a case, and the SMS that answers it."""
