"""The parts of the report: from tables to findings, figures and tables."""
