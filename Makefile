# `make lab` opens the lab, `make test` runs the tests, `make course` runs every lesson.
# Everything is set up once, in .venv; touching the lock or pyproject.toml sets it up again.
SHELL := /bin/sh
.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
BIN := .venv/bin
READY := .venv/.ready

.PHONY: help setup lab test test-seeds course check lock picture clean

help:  ## list the commands
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/make \1|\2/p' Makefile | awk -F'|' '{printf "  %-16s %s\n", $$1, $$2}'
