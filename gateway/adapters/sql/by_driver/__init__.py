"""What is asked so often that it is said to the driver itself.

What SQLAlchemy does between pool and driver (an object of the connection, its events, the compiled
statement found again, each value taken through its hands) costs five times what a row does.
"""
