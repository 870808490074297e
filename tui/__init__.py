"""The application: command line, configuration, screens."""
