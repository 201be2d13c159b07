"""`python -m gateway.cli`: the same as the command `gateway`."""

from gateway.cli.main import main

main()
