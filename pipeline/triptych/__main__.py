"""Run the command line with ``python -m triptych``."""

from triptych.cli import main

main(prog_name="triptych")
