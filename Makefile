.PHONY: check test slow bench docs

check:
	ruff format --check .
	ruff check .
	mypy
	lint-imports

test:
	python -m pytest -n auto

slow:
	python -m pytest -n auto -m slow

bench:
	@for file in benchmarks/*.py; do echo "== $$file"; python $$file || exit 1; done
