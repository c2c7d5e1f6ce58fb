"""Imported by the one process that those to be killed are forked from."""

from reliability.works import warm_up

warm_up()
