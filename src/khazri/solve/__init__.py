"""Solvers of a program, and the proof that their answers are good."""
