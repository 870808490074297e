"""Textual widgets that take plain values. They know nothing of AWS and nothing of the application."""
