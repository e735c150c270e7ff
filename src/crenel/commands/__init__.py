"""The commands, by what they are about: arguments to one use case, answer to stdout, talk to stderr."""
