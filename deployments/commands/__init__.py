"""The commands, one subject a file. Heavy libraries are imported where they are used, so that `--help` is quick."""
