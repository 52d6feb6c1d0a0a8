.PHONY: check test slow bench docs

check:
	ruff format --check .
	ruff check .
	mypy
	lint-imports

test:
	python -m pytest

slow:
	python -m pytest -m slow

bench:
	@for file in benchmarks/*.py; do echo "== $$file"; python $$file || exit 1; done
