"""`python -m gateway.cli`: the same as the command `gateway`."""

from gateway.adapters.system.import_path import forget_working_folder

forget_working_folder()  # before anything else is imported

from gateway.cli.main import main  # noqa: E402

main()
