"""The model: state in columns, one module a phase, Mesa agents as views."""
